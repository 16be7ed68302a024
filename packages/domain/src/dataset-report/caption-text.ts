import type { CaptionEncoding } from './dataset.ts';

/** The text of a caption file, or its encoding where it is not UTF-8. A byte order mark of UTF-8 stays in the text. */
export type DecodedCaption =
  | { readonly text: string }
  | { readonly text: undefined; readonly encoding?: CaptionEncoding };

/** Decodes a caption file as the trainer does: as UTF-8, without replacement of invalid bytes. */
export function decodeCaption(bytes: Uint8Array): DecodedCaption {
  const wide = findWideEncoding(bytes);
  if (wide) return { text: undefined, encoding: wide };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { text: undefined, ...(isWindows1252(bytes) && { encoding: 'Windows-1252' }) };
  }
}

/** The share of zero bytes from which a text counts as UTF-16: Latin text in UTF-16 has one in two. */
const WIDE_SHARE = 0.3;

function findWideEncoding(bytes: Uint8Array): CaptionEncoding | undefined {
  const [a, b, c, d] = bytes;
  if ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff))
    return 'UTF-32';
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return 'UTF-16';
  const zeros = bytes.reduce((count, byte) => (byte === 0 ? count + 1 : count), 0);
  return bytes.length >= 2 && zeros / bytes.length >= WIDE_SHARE ? 'UTF-16' : undefined;
}

/** Whether the bytes are printable text in Windows-1252: it leaves 5 bytes undefined, which decode to control characters. */
function isWindows1252(bytes: Uint8Array): boolean {
  return !CONTROL.test(new TextDecoder('windows-1252').decode(bytes));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: captions must not hold them
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/u;

/** Lines of a text as Python reads a file: `\n`, `\r` and `\r\n` end a line, and an end of line at the end begins none. */
export function splitLines(text: string): readonly string[] {
  const lines = text.split(/\r\n|\n|\r/u);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** The first line, which is the only line that the trainer reads. */
export function getFirstLine(text: string): string {
  return splitLines(text)[0] ?? '';
}

/** Whether a text holds only white space as Python and JavaScript know it, a byte order mark included. */
export function isBlank(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Python's str.strip removes them
  return /^[\s\u001c-\u001f\u0085]*$/u.test(text);
}

/**
 * Whether a line holds a backslash or a control character. The dataset node writes its texts as TOML, where both become
 * escapes that its reader decodes to different characters or refuses.
 */
export function hasEscapedCharacter(line: string): boolean {
  return line.includes('\\') || CONTROL.test(line);
}

/** Number of occurrences of a phrase as whole words, regardless of case, of the width of blanks and of the Unicode form. */
export function countOccurrences(text: string, phrase: string): number {
  const pattern = toPhrasePattern(phrase);
  return pattern ? [...text.normalize('NFC').matchAll(pattern)].length : 0;
}

/** Replaces every occurrence of a phrase by a blank. */
export function withoutPhrase(text: string, phrase: string): string {
  const pattern = toPhrasePattern(phrase);
  return pattern ? text.normalize('NFC').replace(pattern, ' ') : text.normalize('NFC');
}

function toPhrasePattern(phrase: string): RegExp | undefined {
  const words = phrase.normalize('NFC').trim().split(/\s+/u).map(escapeRegExp).join('\\s+');
  return words === '' ? undefined : new RegExp(`(?<![\\p{L}\\p{N}_])${words}(?![\\p{L}\\p{N}_])`, 'giu');
}

function escapeRegExp(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
