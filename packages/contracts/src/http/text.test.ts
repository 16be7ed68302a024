import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jsonObjectSchema, keyNameSchema, lineSchema, textSchema } from './text.ts';

const UNSTORABLE = ['a\ud800', '\udc00a', 'a\u0000b', 'a\rb', '\u001b[31m', 'a\u007f', 'a\u0085'];
const SEVERAL_LINES = ['a\nb', 'a\tb', 'a\n'];
const SCHEMAS = { line: lineSchema, text: textSchema, 'key name': keyNameSchema() };

describe('the text types of requests', () => {
  it.each(UNSTORABLE)('refuse %j as a line, a text and a key name', (text) => {
    for (const schema of Object.values(SCHEMAS)) expect(schema.safeParse(text).success).toBe(false);
  });

  it.each(SEVERAL_LINES)('accept %j in a text only', (text) => {
    expect(textSchema.safeParse(text).success).toBe(true);
    expect(lineSchema.safeParse(text).success).toBe(false);
  });

  it.each(['é', '🦊', '\u202eabc', 'süß 16', ''])('accept %j as a line', (text) => {
    expect(lineSchema.parse(text)).toBe(text);
  });

  it.each(Object.entries(SCHEMAS))(
    'decide about a %s as its pattern in the OpenAPI document does',
    (_, schema) => {
      const { pattern = '' } = z.toJSONSchema(schema);
      const described = new RegExp(pattern, 'u');
      for (let code = 0; code < 0x180; code += 1) {
        const text = `a${String.fromCodePoint(code)}`;
        expect([text, described.test(text)]).toEqual([text, schema.safeParse(text).success]);
      }
    },
  );
});

describe('a JSON object of a request', () => {
  it.each(UNSTORABLE)('is refused with %j as a value, in a list, or as a name', (text) => {
    for (const value of [{ a: text }, { a: { b: [1, text] } }, { [text]: 1 }, { a: [{ [text]: 1 }] }])
      expect(jsonObjectSchema.safeParse(value).success).toBe(false);
  });

  it('names the path of the text at fault', () => {
    const { error } = jsonObjectSchema.safeParse({ nodes: [{ text: 'a\u0000' }] });
    expect(error?.issues).toMatchObject([{ path: ['nodes', 0, 'text'] }]);
  });
});
