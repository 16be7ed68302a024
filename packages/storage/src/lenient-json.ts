/** A string, which is skipped, or a number that Python writes and JSON does not know. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;
/** Strings that stand for such numbers between reading and writing. */
const PLACEHOLDER = /"\\u0000(-?(?:NaN|Infinity))"/g;

/**
 * Parses JSON, also with the bare `NaN` and `Infinity` that the JSON writer of Python emits: a single such number must not
 * make a whole document unreadable. Each becomes a text with a control character, which no field accepts, so that only
 * its own entry is unreadable; {@link stringifyLenientJson} restores it. Throws SyntaxError.
 */
export function parseLenientJson(text: string): unknown {
  return JSON.parse(toStrictJson(text));
}

/** Returns the text with such numbers as texts, and other JSON as it is. Throws SyntaxError. */
export function toStrictJson(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    const replaced = text.replace(STRING_OR_NUMBER, (found) =>
      found.startsWith('"') ? found : `"\\u0000${found}"`,
    );
    if (replaced === text) throw error;
    return replaced;
  }
}

/** Writes JSON with the numbers of {@link parseLenientJson} as they were read. */
export function stringifyLenientJson(json: unknown): string {
  return withLenientNumbers(JSON.stringify(json, null, 2));
}

/** Returns JSON text with the numbers of {@link toStrictJson} as they were read. */
export function withLenientNumbers(text: string): string {
  return text.replace(PLACEHOLDER, (_, number: string) => number);
}
