const SECRET_NAME = /token|secret|api_?key|authorization|password|cookie|credential/i;
/** What is big or carries secrets of others; the record is the place to look (SPEC §5.3). */
const HIDDEN_NAMES = new Set(['input', 'webhook', 'workflow', 'metadata', 'notify_url', 'notifyUrl']);
const HIDDEN = '[redacted]';
const DEEPEST = 6;

const ofText = (text: string): string =>
  text
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s?#"']*)[?#][^\s"']*/gi, `$1?${HIDDEN}`)
    .replace(/\/\/[^\s/@"']+@/g, `//${HIDDEN}@`);

/** A copy without tokens, secrets and whole requests: what Bull Board may show of a job. */
export const redacted = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return ofText(value);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= DEEPEST) return HIDDEN;
  if (Array.isArray(value)) return value.map((each) => redacted(each, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) =>
      SECRET_NAME.test(name) || HIDDEN_NAMES.has(name) ? [name, HIDDEN] : [name, redacted(each, depth + 1)],
    ),
  );
};
