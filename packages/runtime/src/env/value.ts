/** An environment value without the blanks and the quotation marks around it. Env files of containers keep both. */
export function toValue(text: string | undefined): string {
  const trimmed = trimBlanks(text ?? '');
  // A quotation mark within the value is part of it: `"a","b"` is a list, not a quoted value.
  const quoted = /^(["'])((?:(?!\1).)*)\1$/s.exec(trimmed);
  return quoted?.[2] === undefined ? trimmed : trimBlanks(quoted[2]);
}

/** `trim` would also remove a byte order mark, which {@link findCharacterFault} reports. */
function trimBlanks(text: string): string {
  return text.replace(/^[^\S\ufeff]+|[^\S\ufeff]+$/g, '');
}

const TYPOGRAPHIC_QUOTE = /[\p{Pi}\p{Pf}\u201a\u201e\u301d-\u301f\uff02\uff07]/u;
/** Format characters, such as U+200B and byte order marks, and fillers that are displayed without a glyph. */
const WITHOUT_WIDTH = /[\p{Cf}\u115f\u1160\u17b4\u17b5\u3164\uffa0]/u;
const CONTROL = /(?![\t\n\r])\p{Cc}/u;

/**
 * Finds a character that a value got from a document or a chat, and that no setting needs. The fault names the code
 * point, never the value.
 */
export function findCharacterFault(value: string): string | undefined {
  const faults = [
    [TYPOGRAPHIC_QUOTE, 'contains a typographic quotation mark'],
    [WITHOUT_WIDTH, 'contains a character without width'],
    [CONTROL, 'contains a control character'],
  ] as const;
  for (const [pattern, fault] of faults) {
    const character = pattern.exec(value)?.[0];
    if (character !== undefined) return `${fault} (${formatCodePoint(character)}); type the value again`;
  }
  return undefined;
}

function formatCodePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
