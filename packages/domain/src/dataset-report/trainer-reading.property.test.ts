import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCaption, getFirstLine, hasEscapedCharacter, isBlank } from './caption-text.ts';
import { reportDataset } from './dataset-report.ts';
import { triggerFindings } from './trigger-findings.ts';

/**
 * The reading of the trainer (kohya's `read_caption`), written a second time from its source: open as UTF-8, read lines
 * with universal newlines, assert that there is a line, strip the first.
 */
function readCaption(bytes: Uint8Array): { readonly caption: string } | { readonly error: string } {
  let text = '';
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { error: 'UnicodeDecodeError' };
  }
  const lines: string[] = [];
  let line = '';
  for (const character of text.replaceAll('\r\n', '\n').replaceAll('\r', '\n')) {
    line += character;
    if (character !== '\n') continue;
    lines.push(line);
    line = '';
  }
  if (line !== '') lines.push(line);
  const [first] = lines;
  return first === undefined ? { error: 'AssertionError' } : { caption: first.trim() };
}

/** Bytes of files as captioners leave them: texts with all ends of lines, other encodings, arbitrary bytes. */
const file = fc.oneof(
  fc
    .array(fc.constantFrom('a', 'é', ' ', '\t', '\n', '\r', '\r\n', '\uFEFF', 'style_16', '日本', '’', '😀'))
    .map((parts) => new TextEncoder().encode(parts.join(''))),
  fc.uint8Array({ maxLength: 30 }),
  fc.string({ minLength: 3 }).map((text) => Buffer.from(text, 'utf16le')),
  fc.string({ minLength: 1 }).map((text) => Buffer.from(text, 'latin1')),
);

function report(bytes: Uint8Array) {
  const caption = { uri: 's3://bucket/a.txt', ...decodeCaption(bytes) };
  const image = { uri: 's3://bucket/a.png', sizeBytes: 9_000, caption };
  return reportDataset({ kind: 'actor', trigger: 'style_16', images: [image] });
}

describe('the report, compared with the reading of the trainer', () => {
  it('refuses every caption at which the trainer stops', () => {
    fc.assert(
      fc.property(file, (bytes) => {
        const read = readCaption(bytes);
        const errors = report(bytes).findings.filter(({ severity }) => severity === 'error');
        if ('error' in read) expect(errors.map(({ code }) => code)).not.toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('reads the same first line as the trainer from every caption that it accepts', () => {
    fc.assert(
      fc.property(file, (bytes) => {
        const decoded = decodeCaption(bytes);
        if (decoded.text === undefined || decoded.text === '') return;
        const read = readCaption(bytes);
        expect('caption' in read && read.caption).toBe(getFirstLine(decoded.text).trim());
      }),
      { numRuns: 500 },
    );
  });

  it('names UTF-16, UTF-32 and Windows-1252, and accepts a byte order mark of UTF-8', () => {
    const text = 'portrait of a woman’s face, café';
    const bytes = (...parts: readonly (readonly number[] | Uint8Array)[]) =>
      Buffer.concat(parts.map(Buffer.from));
    const wide = Buffer.from(text, 'utf16le');
    const cases = [
      [bytes([0xff, 0xfe], wide), 'UTF-16'],
      [bytes([0xfe, 0xff], Buffer.from(wide).swap16()), 'UTF-16'],
      [wide, 'UTF-16'],
      [bytes([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), 'UTF-32'],
      [bytes(Buffer.from('a woman'), [0x92], Buffer.from('s face')), 'Windows-1252'],
      [bytes(Buffer.from('caf\xe9', 'latin1')), 'Windows-1252'],
      [bytes([0x61, 0x81, 0x62]), undefined],
    ] as const;
    for (const [input, encoding] of cases)
      expect(decodeCaption(input)).toEqual({ text: undefined, ...(encoding && { encoding }) });
    const marked = bytes([0xef, 0xbb, 0xbf], Buffer.from(`${text}, style_16`));
    expect(report(marked).findings.map(({ code }) => code)).toEqual(['few_images']);
    expect(report(marked).classTokens).toBe('');
    expect(isBlank(getFirstLine(decodeCaption(bytes([0xef, 0xbb, 0xbf])).text ?? 'x'))).toBe(true);
  });
});

/**
 * The dataset node writes the trigger with `toml.dumps` and reads it with `toml.loads` (Python's toml 0.10.2). This model
 * follows its source: `repr`, then the repair of `\x` escapes, which drops their backslash.
 */
function passesToml(trigger: string): boolean {
  const escaped = [...trigger].map(toReprCharacter).join('');
  const repaired = escaped.replace(/(?<!\\)((?:\\\\)*)\\x/g, '$1x').replaceAll('\\\\x', 'x');
  return repaired === escaped && !/^"(?:"|$)/.test(trigger);
}

/** Python's `repr` of a character: `\xNN` for everything below U+0100 that is not printable. */
function toReprCharacter(character: string): string {
  if (character === '\\') return '\\\\';
  if (character === '\t') return '\\t';
  const code = character.codePointAt(0) ?? 0;
  const isPrintable = character === ' ' || !/[\p{C}\p{Z}]/u.test(character);
  if (isPrintable || code > 0xff) return character;
  return `\\x${code.toString(16).padStart(2, '0')}`;
}

describe('the trigger, compared with the TOML of the dataset node', () => {
  const trigger = fc
    .array(fc.constantFrom(...'ab x_16\\"\'#[]={}é日😀\u00a0\u00ad\u200b\u0085\t'.split('')), {
      maxLength: 8,
    })
    .map((parts) => parts.join('').trim())
    .filter((text) => text !== '' && text.isWellFormed());

  it('is refused whenever the node would read a different text', () => {
    fc.assert(
      fc.property(trigger, (text) => {
        if (!passesToml(text)) expect(triggerFindings(text)).toHaveLength(1);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is accepted without a backslash whenever the node reads the same text', () => {
    fc.assert(
      fc.property(trigger, (text) => {
        if (passesToml(text) && !text.includes('\\')) expect(triggerFindings(text)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    // Recorded from Python 3 with toml 0.10.2: whether loads(dumps(text)) returns the text.
    ['style_16', true],
    ['0019 european 20 female', true],
    ["o'hara", true],
    ['say "hi"', true],
    ['"quoted"', true],
    ['""twice', false],
    ['"', false],
    ['[x] = {1} #', true],
    ['caf\u00e9 \u65e5\u672c \u{1F600} a\u200bb', true],
    ['a\u00a0b', false],
    ['a\u00adb', false],
    ['a\u0085b', false],
    ['a\u007fb', false],
    ['a\\x41', false],
    ['\\x', false],
  ])('holds %j, which the node reads unchanged: %s', (text, unchanged) => {
    expect([passesToml(text), triggerFindings(text).length === 0]).toEqual([unchanged, unchanged]);
  });

  it('names its breaking characters', () => {
    expect(triggerFindings('a\u00a0b\\c')[0]?.message).toBe(
      'The trigger “aU+00A0b\\c” holds a backslash, a no-break space, which the dataset node cannot write',
    );
    expect(hasEscapedCharacter('a caf\u00e9\u00a0scene')).toBe(false);
  });
});
