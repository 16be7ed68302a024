import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanExternalText, createRedaction } from './external-text.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .array(
      fc.constantFrom(
        '\u001b',
        '[',
        ']',
        '0;',
        '31m',
        '\u0007',
        '\u009b',
        '\r',
        '\n',
        'a',
        '\ud800',
        '\\',
        '…',
      ),
      {
        maxLength: 200,
      },
    )
    .map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme-composite', minLength: 50, maxLength: 400 }),
);

describe('a text from outside', () => {
  it('loses colours, cursor moves and the title of the terminal, and keeps its words', () => {
    const text =
      '\u001b[31mRuntimeError\u001b[0m: steps:  12%|#2  | 240/2000\r\u001b[2K\u001b[1A\u001b[1mcannot identify image file\u001b[0m \u001b]0;owned by me\u0007 image_3.png';
    expect(cleanExternalText(text, 500)).toBe(
      'RuntimeError: steps:  12%|#2  | 240/2000\ncannot identify image file  image_3.png',
    );
  });

  it('keeps tab and line feed, and replaces other control characters, reversals and lone surrogates', () => {
    expect(cleanExternalText('a\tb\nc\u0000d\u0085e\u202ef\ud800g', 100)).toBe(
      'a\tb\nc\ufffdd\ufffde\ufffdf\ufffdg',
    );
  });

  it('is printable, well-formed and bounded, for every string', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 200 }), (text, max) => {
        const cleaned = cleanExternalText(text, max);
        expect(cleaned.length).toBeLessThanOrEqual(max);
        expect(cleaned.isWellFormed()).toBe(true);
        expect(cleaned).not.toMatch(/[^\P{Cc}\t\n]/u);
      }),
      { numRuns: 500 },
    );
  });

  it('is cut also when it has millions of characters', () => {
    expect(cleanExternalText('x'.repeat(9_000_000), 4_000)).toHaveLength(4_000);
    expect(cleanExternalText('\u001b[;'.repeat(3_000_000), 4_000).length).toBeLessThanOrEqual(4_000);
  });
});

describe('a secret in a text', () => {
  const secret = 'rpa_S3cret+/=key?é';
  const redact = createRedaction([secret], '«hidden»');

  it.each([
    ['as it is', secret],
    ['percent-encoded', encodeURIComponent(secret)],
    ['percent-encoded twice', encodeURIComponent(encodeURIComponent(secret))],
    ['percent-encoded in lower case', encodeURIComponent(secret).toLowerCase().replace('s3cret', 'S3cret')],
    ['percent-encoded as a whole', [...Buffer.from(secret)].map((byte) => `%${byte.toString(16)}`).join('')],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in base64url', Buffer.from(secret).toString('base64url')],
    ['as a user with a password in base64', Buffer.from(`user:${secret}`).toString('base64')],
    [
      'in base64 and percent-encoded',
      encodeURIComponent(Buffer.from(`{"key":"${secret}"}`).toString('base64')),
    ],
  ])('is hidden %s', (_, form) => {
    expect(redact(`before ${form} after`)).toBe('before «hidden» after');
  });

  it('is hidden at every position of a base64 text and in every mixture of percent-encoding, for every secret', () => {
    const text = fc.string({ unit: 'binary-ascii', minLength: 8, maxLength: 40 });
    fc.assert(
      fc.property(
        text,
        fc.string({ maxLength: 9 }),
        fc.string({ maxLength: 9 }),
        fc.infiniteStream(fc.boolean()),
        (each, a, b, coin) => {
          const hide = createRedaction([each], '');
          const encoded = Buffer.from(`${a}${each}${b}`).toString('base64');
          expect(hide(encoded)).toBe('');
          const mixed = Array.from(each, (character) =>
            coin.next().value
              ? `%${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`
              : character,
          ).join('');
          expect(hide(mixed)).toBe('');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is searched in linear time in a long text of base64 characters', () => {
    const long = 'x%25'.repeat(16_000);
    expect(redact(long)).toBe(long);
    expect(redact(`${long}${Buffer.from(secret).toString('base64')}${long}`)).toBe('«hidden»');
  });

  it('leaves other texts unchanged', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        expect(redact(text)).toBe(text);
      }),
    );
    expect(createRedaction(['', 'abc'], 'x')('abc')).toBe('abc');
  });
});
