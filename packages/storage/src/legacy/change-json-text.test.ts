import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeJsonText } from './change-json-text.ts';

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>;
/** Names of digits change their place in JavaScript objects, so that the order of the others is compared. */
const name = fc.string({ maxLength: 6 }).map((text) => `f${text}`);
const fields = fc.dictionary(name, json, { maxKeys: 6 });
const style = fc.record({
  indent: fc.constantFrom<string | undefined>(undefined, '  ', '    ', '\t'),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  mark: fc.constantFrom('', '\uFEFF'),
  end: fc.constantFrom('', '\n', '\n\n'),
});

const getEntries = () => undefined;
const parse = (text: string): unknown => JSON.parse(text.replace(/^\uFEFF/, ''));

function write(
  value: unknown,
  { indent, lineEnd, mark, end }: typeof style extends fc.Arbitrary<infer S> ? S : never,
) {
  return `${mark}${`${JSON.stringify(value, null, indent)}${end}`.replaceAll('\n', lineEnd)}`;
}

describe('the text of a changed JSON document', () => {
  it('is the same for equal values, in every style', () => {
    fc.assert(
      fc.property(json, style, (value, chosen) => {
        const text = write(value, chosen);
        expect(changeJsonText(text, { before: parse(text), after: parse(text), getEntries })).toBe(text);
      }),
    );
  });

  it('has the new values, and keeps byte order mark, line ends and the fields of other tools in their order', () => {
    fc.assert(
      fc.property(fields, fields, style, (value, changes, chosen) => {
        const text = write(value, chosen);
        const before = parse(text) as Record<string, unknown>;
        const after = { ...before, ...(JSON.parse(JSON.stringify(changes)) as Record<string, unknown>) };
        const changed = changeJsonText(text, { before, after, getEntries });
        expect(parse(changed)).toEqual(after);
        expect(changed.startsWith('\uFEFF')).toBe(chosen.mark !== '');
        if (chosen.indent !== undefined && chosen.lineEnd === '\r\n')
          expect(changed.replaceAll('\r\n', '')).not.toContain('\n');
        const kept = Object.keys(parse(changed) as object).slice(0, Object.keys(before).length);
        expect(kept).toEqual(Object.keys(before));
      }),
    );
  });

  it('keeps numbers, escapes, names of digits and white space that JavaScript would change', () => {
    const text = '{ "b": 12345678901234567890,  "10": 1.0, "2": "\\u00e9", "x": NaN, "t": [1,   2] }\r\n';
    const before = { b: Number('12345678901234567890'), 10: 1, 2: 'é', x: '\u0000NaN', t: [1, 2] };
    const changed = changeJsonText(text, { before, after: { ...before, t: [3], n: { a: 1 } }, getEntries });
    expect(changed).toBe(
      '{ "b": 12345678901234567890,  "10": 1.0, "2": "\\u00e9", "x": NaN, "t": [3], "n": {"a":1} }\r\n',
    );
  });

  it('changes entries of a list in their place, appends new ones, and keeps entries that were never read', () => {
    const text = '[\n  {"id": 19, "age": 20, "mood": 1.50},\n  {"name": "no id"},\n  {"id": "7"}\n]\n';
    const entries = {
      getIds: (entry: object) => [String((entry as { id?: unknown }).id)],
      isRemoved: () => false,
    };
    const change = {
      before: [{ id: 19, age: 20, mood: 1.5 }, { name: 'no id' }, { id: '7' }],
      after: [{ id: '7' }, { id: 19, age: 21, mood: 1.5, poster: 'p.png' }, { id: 'new' }],
      getEntries: (name: string) => (name === '' ? entries : undefined),
    };
    expect(changeJsonText(text, change)).toBe(
      '[\n  {"id": 19, "age": 21, "mood": 1.50, "poster": "p.png"},\n  {"name": "no id"},\n  {"id": "7"},\n  {\n    "id": "new"\n  }\n]\n',
    );
  });

  it.each([
    ['{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}', { b: 2 }, '{\n  "b": 2\n}'],
    ['{"a": 1, "b": 2}', {}, '{}'],
    ['{}', { a: [1] }, '{"a":[1]}'],
  ])('drops removed fields of %j', (text, after, expected) => {
    expect(changeJsonText(text, { before: JSON.parse(text), after, getEntries })).toBe(expected);
  });
});
