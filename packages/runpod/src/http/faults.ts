/** The codes of a fault without its message, which may quote a header or the body. */
export function getFaultName(fault: unknown): string {
  return [...new Set(findCodes(fault))].join(', ') || (fault instanceof Error ? fault.name : 'unknown fault');
}

/** The codes of all causes of a fault; several when several addresses of a host were tried. */
function findCodes(fault: unknown, depth = 0): readonly string[] {
  if (typeof fault !== 'object' || fault === null || depth > 5) return [];
  const { code, cause, errors } = fault as Record<string, unknown>;
  if (Array.isArray(errors) && errors.length > 0) return errors.flatMap((each) => findCodes(each, depth + 1));
  const deeper = findCodes(cause, depth + 1);
  if (deeper.length > 0) return deeper;
  return typeof code === 'string' ? [code] : [];
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
