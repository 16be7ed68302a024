import { z } from 'zod';

/** Plain decimal digits: `2abc`, `2.0`, `0x2` and `1e3` are none. */
const DIGITS = /^\d{1,15}$/;
const DECIMAL = /^(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** A value read from text by one rule; what is said of a bad one never holds the value. */
function parseText<T>(rule: string, parse: (text: string) => T | undefined): z.ZodType<T, string> {
  return z.string({ error: `must be ${rule}` }).transform((text, context) => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `must be ${rule}` });
    return z.NEVER;
  });
}

/** A whole number within bounds, both included. */
export function wholeNumber(min: number, max: number) {
  return parseText(`a whole number, ${min} to ${max}`, (text) => {
    const value = DIGITS.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  });
}

/** A number above 0. */
export function positiveNumber(max = Number.MAX_SAFE_INTEGER) {
  return parseText(`a number above 0, at most ${max}`, (text) => {
    const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
    return value > 0 && value <= max ? value : undefined;
  });
}

const YES = ['true', 'yes', 'on', '1'];
const NO = ['false', 'no', 'off', '0'];

/** Yes or no. */
export const flag = parseText('true or false', (text) => {
  const word = text.toLowerCase();
  if (YES.includes(word)) return true;
  return NO.includes(word) ? false : undefined;
});

/** Words parted by commas, at least one. */
export const list = parseText<readonly string[]>('a list parted by commas', (text) => {
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  return words.length > 0 ? words : undefined;
});

/** Some text. */
export function text(rule = 'a text', pattern = /./s) {
  return parseText(rule, (value) => (pattern.test(value) ? value : undefined));
}

/** One of a few words. */
export function choice<const T extends string>(words: readonly T[]) {
  return parseText(`one of ${words.join(', ')}`, (word) => words.find((each) => each === word));
}

/** An absolute URL of one of these protocols, without the slashes at its end. */
export function url(...protocols: readonly string[]) {
  return parseText(
    `a URL that begins with ${protocols.map((name) => `${name}://`).join(' or ')}`,
    (value) => {
      const parsed = URL.canParse(value) ? new URL(value) : undefined;
      return parsed && protocols.includes(parsed.protocol.slice(0, -1)) && parsed.host !== ''
        ? value.replace(/\/+$/, '')
        : undefined;
    },
  );
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Where a clock hangs, by its IANA name. */
export const timeZone = parseText('a time zone like UTC or Europe/Berlin', (name) =>
  isTimeZone(name) ? name : undefined,
);

/** A path that begins with `/`, without the slashes at its end. */
export const absolutePath = parseText('a path that begins with /', (value) =>
  value.startsWith('/') && value.length > 1 ? value.replace(/\/+$/, '') : undefined,
);
