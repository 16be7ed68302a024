const SECRET_NAME = /token|secret|api_?key|authorization|password|cookie|credential/i;
/** Fields that are large or may hold a caller's secrets. */
const HIDDEN_NAMES = new Set(['input', 'webhook', 'workflow', 'metadata', 'notify_url', 'notifyUrl']);
const HIDDEN = '[redacted]';
const MAX_DEPTH = 6;

/**
 * Copies a value without tokens, secrets and whole requests, so that Bull Board can show it. Deeper than 6 levels all values
 * are redacted.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return HIDDEN;
  if (Array.isArray(value)) return value.map((each) => redact(each, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) =>
      SECRET_NAME.test(name) || HIDDEN_NAMES.has(name) ? [name, HIDDEN] : [name, redact(each, depth + 1)],
    ),
  );
}

function redactText(text: string): string {
  return text
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s?#"']*)[?#][^\s"']*/gi, `$1?${HIDDEN}`)
    .replace(/\/\/[^\s/@"']+@/g, `//${HIDDEN}@`);
}
