const LONGEST_TEXT = 4_000;

/** Removes secrets from a text that came from outside. */
export type Redact = (text: string) => string;

/**
 * A redaction for one client: its key, every other secret named, and the query of any URL never reach a message, since messages reach logs, records and people. The length is bounded.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  const hidden = secrets.filter((secret) => secret !== '');
  return (text) => {
    const plain = hidden.reduce((rest, secret) => rest.replaceAll(secret, '«hidden»'), text);
    const bare = withoutQueries(plain).replace(/\bBearer\s+[\w.~+/=-]+/gi, 'Bearer «hidden»');
    return bare.length <= LONGEST_TEXT ? bare : `${bare.slice(0, LONGEST_TEXT)}…`;
  };
}

/** Takes the query off every URL in a text: webhook tokens and presigned signatures live there. */
export function withoutQueries(text: string): string {
  return text.replace(/(https?:\/\/[^\s"'<>?#\\]+)[?#][^\s"'<>\\]*/gi, '$1');
}
