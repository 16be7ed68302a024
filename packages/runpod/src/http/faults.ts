/** Codes of faults that occur only before the first byte of the request is sent. */
const BEFORE_SENDING = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'UND_ERR_CONNECT_TIMEOUT',
  'SUBMIT_WINDOW_PASSED',
]);
/** Codes that prove «not sent» only during connect; on an open connection they prove neither. */
const WHILE_CONNECTING = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EADDRNOTAVAIL', 'ECONNRESET']);
/** Codes of a rejected certificate, which ends the handshake before the request is written. */
const CERTIFICATE =
  /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|HOSTNAME_MISMATCH|ERR_SSL)/;

/**
 * Whether a fault of `fetch` proves that the request was not sent (I2). An unknown fault is no proof, because an unclear
 * submission is only quarantined, while a repeated submission may be paid twice.
 */
export function provesNothingSent(fault: unknown): boolean {
  const all = findCauses(fault);
  return all.length > 0 && all.every(isBeforeSending);
}

/** The codes of a fault without its message, which may quote a header or the body. */
export function getFaultName(fault: unknown): string {
  const codes = findCauses(fault).map(({ code }) => code);
  return [...new Set(codes)].join(', ') || (fault instanceof Error ? fault.name : 'unknown fault');
}

interface FaultCause {
  readonly code: string;
  readonly syscall: string | undefined;
}

function isBeforeSending({ code, syscall }: FaultCause): boolean {
  if (BEFORE_SENDING.has(code) || CERTIFICATE.test(code)) return true;
  return WHILE_CONNECTING.has(code) && syscall === 'connect';
}

/** All causes of a fault with a code; several when several addresses of a host were tried. */
function findCauses(fault: unknown, depth = 0): readonly FaultCause[] {
  if (typeof fault !== 'object' || fault === null || depth > 5) return [];
  const { code, syscall, cause, errors } = fault as Record<string, unknown>;
  if (Array.isArray(errors) && errors.length > 0)
    return errors.flatMap((each) => findCauses(each, depth + 1));
  const deeper = findCauses(cause, depth + 1);
  if (deeper.length > 0) return deeper;
  return typeof code === 'string'
    ? [{ code, syscall: typeof syscall === 'string' ? syscall : undefined }]
    : [];
}

const LONGEST_TEXT = 4_000;

/** Removes secrets from an external text. */
export type Redact = (text: string) => string;

/**
 * Creates a redactor for messages, which reach logs, the state store and operators. It removes the given secrets, bearer
 * tokens and the queries of all URLs, and cuts the text to 4 000 characters.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  const hidden = secrets.filter((secret) => secret !== '');
  return (text) => {
    const plain = hidden.reduce((rest, secret) => rest.replaceAll(secret, '«hidden»'), text);
    const bare = withoutQueries(plain).replace(/\bBearer\s+[\w.~+/=-]+/gi, 'Bearer «hidden»');
    return bare.length <= LONGEST_TEXT ? bare : `${bare.slice(0, LONGEST_TEXT)}…`;
  };
}

/** Removes the query of every URL in a text, which may hold a webhook token or a presigned signature. */
export function withoutQueries(text: string): string {
  return text.replace(/(https?:\/\/[^\s"'<>?#\\]+)[?#][^\s"'<>\\]*/gi, '$1');
}
