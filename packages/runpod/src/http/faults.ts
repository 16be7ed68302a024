import { cleanExternalText, createRedaction, type Redact } from '@trainyard/application';

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

/** The longest message, in characters. */
const LONGEST_TEXT = 4_000;

/**
 * Creates a redactor for messages, which reach logs, the state store and operators. It removes control characters, the
 * given secrets in any encoding, bearer tokens and the queries of all URLs, and cuts the text to 4 000 characters.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  const redact = createRedaction(secrets, '«hidden»');
  return (text) => {
    const bare = redact(withoutQueries(cleanExternalText(text)));
    return cleanExternalText(bare.replace(/\bBearer\s+[\w.~+/=-]+/gi, 'Bearer «hidden»'), LONGEST_TEXT);
  };
}

/** The bounds keep the time linear in a text of many addresses. */
const PLAIN_QUERY = /(https?:\/\/[^\s"'<>?#\\]{1,2048})[?#][^\s"'<>\\]*/gi;
const ENCODED_QUERY =
  /(https?%(?:25)*3a%(?:25)*2f%(?:25)*2f[^\s"'<>\\]{0,2048}?)%(?:25)*(?:3f|23)[^\s"'<>\\]*/gi;

/**
 * Removes the query of every URL in a text, which may hold a webhook token or a presigned signature, also of a URL that
 * is percent-encoded.
 */
export function withoutQueries(text: string): string {
  return text.replace(PLAIN_QUERY, '$1').replace(ENCODED_QUERY, '$1');
}
