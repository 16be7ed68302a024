import { type Finding, toGeneralFinding } from './finding.ts';

/** A character with its name in messages. */
interface BreakingCharacter {
  readonly pattern: RegExp;
  readonly name: string;
}

/**
 * The characters of a trigger that do not pass the dataset node, which writes the trigger as TOML with Python's `toml`
 * 0.10.2 and reads it again: `\x` escapes become different characters, and `""` at the beginning opens a text of several
 * lines. Every backslash is refused, since a few of them only pass by chance.
 */
const BREAKING: readonly BreakingCharacter[] = [
  { pattern: /\\/u, name: 'a backslash' },
  { pattern: /\u00a0/u, name: 'a no-break space' },
  { pattern: /\u00ad/u, name: 'a soft hyphen' },
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a trigger must not hold them
  { pattern: /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/u, name: 'a control character' },
  { pattern: /^"(?:"|$)/u, name: 'a quotation mark at its beginning' },
];

/** Findings about the trigger alone. */
export function triggerFindings(trigger: string): readonly Finding[] {
  const names = BREAKING.filter(({ pattern }) => pattern.test(trigger.trim())).map(({ name }) => name);
  if (names.length === 0) return [];
  const message = `The trigger “${toPrintable(trigger)}” holds ${names.join(', ')}, which the dataset node cannot write`;
  return [toGeneralFinding('trigger_characters', message)];
}

/** The trigger with its control characters as code points. */
function toPrintable(trigger: string): string {
  return trigger.replace(
    /[\p{Cc}\u00a0\u00ad]/gu,
    (character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}
