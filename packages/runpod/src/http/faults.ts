/** Codes of faults that can only happen before a byte of the request has left. */
const BEFORE_SENDING = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'UND_ERR_CONNECT_TIMEOUT',
  'SUBMIT_WINDOW_PASSED',
]);
/** Codes that mean «not sent» only while connecting; on an open connection they say nothing. */
const WHILE_CONNECTING = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EADDRNOTAVAIL', 'ECONNRESET']);
/** A refused certificate ends the handshake: the request itself was never written. */
const CERTIFICATE =
  /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|HOSTNAME_MISMATCH|ERR_SSL)/;

/**
 * Whether this fault of `fetch` proves that nothing was sent (I2). When in doubt it does not: an unclear submission
 * is quarantined, a resent one may be paid twice.
 */
export function provesNothingSent(fault: unknown): boolean {
  const all = findCauses(fault);
  return all.length > 0 && all.every(isBeforeSending);
}

/** A short name of a fault without its text, which may quote a header or the body. */
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

/** All coded causes behind a fault; several when more than one address of a host was tried. */
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
