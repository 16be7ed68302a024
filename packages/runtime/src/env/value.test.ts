import { describe, expect, it } from 'vitest';
import { findCharacterFault, toValue } from './value.ts';

describe('the value of an environment variable', () => {
  it.each([
    ['"abc123"', 'abc123'],
    ["'abc123'", 'abc123'],
    ['  "abc123" ', 'abc123'],
    ['" abc123 "', 'abc123'],
    ['""', ''],
    [undefined, ''],
    ['"a","b"', '"a","b"'],
    ['"half', '"half'],
    ['it\'s "so"', 'it\'s "so"'],
    ['[{"name":"a"}]', '[{"name":"a"}]'],
  ])('%s has no quotation marks around it: %s', (text, value) => {
    expect(toValue(text)).toBe(value);
  });

  it.each([
    ['\u201crpa_0123\u201d', 'typographic quotation mark (U+201C)'],
    ['it\u2019s', 'typographic quotation mark (U+2019)'],
    ['\u201eabc\u201c', 'typographic quotation mark (U+201E)'],
    ['\u00ababc\u00bb', 'typographic quotation mark (U+00AB)'],
    ['rpa_01\u200b23', 'character without width (U+200B)'],
    ['\ufeffrpa_0123', 'character without width (U+FEFF)'],
    ['a\u00adb', 'character without width (U+00AD)'],
    ['a\u2060b', 'character without width (U+2060)'],
    ['a\u202eb', 'character without width (U+202E)'],
    ['a\u0007b', 'control character (U+0007)'],
  ])('%j has a fault that names the code point and not the value', (value, fault) => {
    expect(findCharacterFault(value)).toBe(`contains a ${fault}; type the value again`);
  });

  it.each(['Zoë Müller', '日本語', '"quoted"', 'a\tb\nc', '👩'])('%j has no fault', (value) => {
    expect(findCharacterFault(value)).toBeUndefined();
  });
});
