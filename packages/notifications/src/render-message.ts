import type { MessageText } from './message-text.ts';

/** Bound and format of a text for a channel. */
export interface TextFormat {
  /** Maximum length of the whole text in UTF-16 code units, which no channel counts as more characters. */
  readonly maxLength: number;
  /** Escapes a character for the channel. */
  readonly escapeCharacter?: (character: string) => string;
  /** Mark on both sides of the headline. */
  readonly emphasis?: string;
}

/** Maximum length of a line: of a long list, and of a message with a few facts. */
const MAX_LINE = { list: 200, facts: 1_000 } as const;
const FEW_LINES = 8;
const MAX_HEADLINE = 300;
/** Length of the line that counts the lines left out. */
const MORE_LENGTH = 30;

/**
 * Renders a message within the bound of its channel. Each line shows the first line of its text; lines that do not fit are
 * left out and counted.
 */
export function renderMessage({ headline, lines, footer = [] }: MessageText, format: TextFormat): string {
  const { maxLength, escapeCharacter = keep, emphasis = '' } = format;
  const maxLine = lines.length > FEW_LINES ? MAX_LINE.list : MAX_LINE.facts;
  const cut = (text: string, max: number) => cutLine(text, Math.min(max, maxLength / 4), escapeCharacter);
  const first = `${emphasis}${cut(headline, MAX_HEADLINE)}${emphasis}`;
  const last = footer.map((line) => cut(line, MAX_LINE.list));
  const room = maxLength - MORE_LENGTH - [first, ...last].join('\n').length;
  const shown = takeLines(
    lines.map((line) => cut(line, maxLine)),
    room,
  );
  const left = lines.length - shown.length;
  return [first, ...shown, ...(left > 0 ? [`… and ${left} more`] : []), ...last].join('\n');
}

function keep(character: string): string {
  return character;
}

/** Takes lines from the beginning that fit into the room together, each with its line break. */
function takeLines(lines: readonly string[], room: number): readonly string[] {
  let length = 0;
  const end = lines.findIndex((line) => {
    length += line.length + 1;
    return length > room;
  });
  return end === -1 ? lines : lines.slice(0, end);
}

/** Cuts the first line of a text to a length after escaping, between characters. */
function cutLine(text: string, maxLength: number, escapeCharacter: (character: string) => string): string {
  let cut = '';
  for (const character of text
    .toWellFormed()
    .trim()
    .split(/[\r\n]/, 1)[0] ?? '') {
    const next = cut + escapeCharacter(character);
    if (next.length >= maxLength) return `${cut}…`;
    cut = next;
  }
  return cut;
}
