import type { SettingsSource } from '@trainyard/runtime';
import stringWidth from 'string-width';

/*
 * A styled text carries private-use characters as marks. They pass the cleaning of texts from outside, which removes escape
 * sequences, and become colours when a line is written to a terminal.
 */
const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const;

/** Name of a style. */
export type Style = keyof typeof CODES;

const NAMES = Object.keys(CODES) as readonly Style[];
const FIRST_MARK = 0xf0d0;
const END_MARK = '\uf0cf';
const MARKS = /[\uf0cf-\uf0df]/g;

/** Marks a text with a style. */
export function paint(style: Style, text: string): string {
  return `${String.fromCharCode(FIRST_MARK + NAMES.indexOf(style))}${text}${END_MARK}`;
}

/** Replaces the marks of a line by escape sequences, or removes them. */
export function renderStyles(text: string, colours: boolean): string {
  return text.replace(MARKS, (mark) => {
    if (!colours) return '';
    if (mark === END_MARK) return '\u001b[0m';
    const name = NAMES[mark.charCodeAt(0) - FIRST_MARK];
    return name === undefined ? '' : `\u001b[${CODES[name]}m`;
  });
}

/** Number of terminal columns that a text takes; a wide character takes two, a mark none. */
export function measureWidth(text: string): number {
  return stringWidth(text.replace(MARKS, ''));
}

/** Cuts a text to a number of columns; a cut text ends with `…`, its styles are kept. */
export function truncate(text: string, columns: number): string {
  if (measureWidth(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const next = width + measureWidth(segment);
    if (next > Math.max(0, columns - 1)) break;
    kept += segment;
    width = next;
  }
  const isOpen = [...kept.matchAll(MARKS)].at(-1)?.[0] ?? END_MARK;
  return columns < 1 ? '' : `${kept}…${isOpen === END_MARK ? '' : END_MARK}`;
}

/** Fills a text with blanks to a number of columns. */
export function pad(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, columns - measureWidth(text)));
  return align === 'left' ? `${text}${blanks}` : `${blanks}${text}`;
}

/** Breaks a line between words so that no line exceeds the columns; the following lines are indented. */
export function wrapText(text: string, columns: number, indent: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/ (?=\S)/)) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length === 0 || measureWidth(longer) <= columns) lines.splice(-1, 1, longer);
    else lines.push(`${' '.repeat(indent)}${word}`);
  }
  return lines;
}

/** Whether a stream gets colours: FORCE_COLOR decides, then NO_COLOR, then whether it is a terminal. */
export function hasColours(source: SettingsSource, stream: { readonly isTTY?: boolean }): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: terminal } = source;
  if (forced !== undefined) return !['0', 'false', 'never'].includes(forced);
  if (refused !== undefined && refused !== '') return false;
  return stream.isTTY === true && terminal !== 'dumb';
}
