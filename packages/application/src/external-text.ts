import { stripVTControlCharacters } from 'node:util';

/** Characters that are read of an external text; the rest of a longer text is dropped before it is examined. */
const MAX_READ_CHARACTERS = 64 * 1024;

/** A terminal command with a text, such as a window title: OSC, DCS, SOS, PM or APC, with its end. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression finds escape sequences
const COMMAND_STRING = /\u001b[\]PX^_][^\u0007\u001b\u009c]{0,512}(?:\u0007|\u001b\\|\u009c)/g;
/** Every control character but tab and line feed, and the characters that reverse the direction of a text. */
const UNPRINTABLE = /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Cleans and bounds a text from outside (RunPod, the container, an object store) before it is stored, logged or printed:
 * escape sequences of terminals are removed, a carriage return becomes a line feed, and other control characters and
 * lone surrogates become U+FFFD. Total.
 * @param maxCharacters the longest result; a cut text ends with `…`
 */
export function cleanExternalText(text: string, maxCharacters = MAX_READ_CHARACTERS): string {
  const cleaned = cutText(cleanControls(text.slice(0, MAX_READ_CHARACTERS)), maxCharacters);
  return cleaned.toWellFormed();
}

/** Removes the escape sequences of terminals, such as colours, which would separate the words of an error. */
export function removeEscapeSequences(text: string): string {
  return stripVTControlCharacters(text.replace(COMMAND_STRING, ''));
}

function cleanControls(text: string): string {
  return removeEscapeSequences(text).replace(/\r\n?/g, '\n').replace(UNPRINTABLE, '\ufffd');
}

function cutText(text: string, maxCharacters: number): string {
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters - 1)}…`;
}

/** Removes secrets from a text. */
export type Redact = (text: string) => string;

/** Shorter secrets would match ordinary text. */
const MIN_SECRET_CHARACTERS = 4;
/** In base64 a secret loses up to four characters to its neighbours; the rest must still be specific. */
const MIN_BASE64_SECRET_CHARACTERS = 8;

/**
 * Creates a function that replaces secrets by `hidden`: as they are, with any of their characters percent-encoded (once
 * or several times), and inside a base64 or base64url text, which is replaced as a whole.
 */
export function createRedaction(secrets: readonly string[], hidden: string): Redact {
  const known = [...new Set(secrets)]
    .filter((secret) => secret.length >= MIN_SECRET_CHARACTERS)
    .toSorted((a, b) => b.length - a.length);
  if (known.length === 0) return (text) => text;
  const plain = new RegExp(known.map(toPercentPattern).join('|'), 'g');
  const cores = known.flatMap(listBase64Cores).map(toPercentPattern);
  const base64 = cores.length === 0 ? undefined : new RegExp(cores.join('|'), 'g');
  return (text) => {
    const bare = base64 ? replaceBase64(text, base64, hidden) : text;
    return bare.replace(plain, () => hidden);
  };
}

/** The characters of base64 and base64url, also percent-encoded. */
const BASE64_CHARACTER = /[\w+/=%-]/;

/** Replaces each base64 text around a match. The ends are searched from the match, so that the time stays linear. */
function replaceBase64(text: string, core: RegExp, hidden: string): string {
  const kept: string[] = [];
  let end = 0;
  for (const { index, 0: match } of text.matchAll(core)) {
    if (index < end) continue;
    let from = index;
    while (from > end && BASE64_CHARACTER.test(text.charAt(from - 1))) from -= 1;
    kept.push(text.slice(end, from));
    end = index + match.length;
    while (BASE64_CHARACTER.test(text.charAt(end))) end += 1;
  }
  return [...kept, text.slice(end)].join(hidden);
}

/** Matches a text with any of its bytes percent-encoded. */
function toPercentPattern(text: string): string {
  return Array.from(text, (character) => {
    const bytes = [...Buffer.from(character)].map((byte) => `%(?:25)*${toHexPattern(byte)}`);
    return `(?:${bytes.join('')}|${escapeForPattern(character)})`;
  }).join('');
}

function toHexPattern(byte: number): string {
  const digits = byte.toString(16).padStart(2, '0');
  return digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function escapeForPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** A secret has three forms in base64, by the number of bytes in front of it; characters shared with others are left out. */
function listBase64Cores(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  if (bytes.length < MIN_BASE64_SECRET_CHARACTERS) return [];
  const cores = [0, 1, 2].flatMap((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]);
    const own = { from: Math.ceil((before * 8) / 6), to: Math.floor((padded.length * 8) / 6) };
    return (['base64', 'base64url'] as const).map((form) => padded.toString(form).slice(own.from, own.to));
  });
  return [...new Set(cores)];
}
