import { expect, it } from 'vitest';
import { omitUndefined } from './omit-undefined.ts';

interface Options {
  readonly name: string;
  readonly limit?: number;
}

it('undefined fields are absent from the copy, and other empty values stay', () => {
  const limit: number | undefined = undefined;
  const options: Options = omitUndefined({ name: '', limit });
  expect(options).toStrictEqual({ name: '' });
  expect(omitUndefined({ a: null, b: false, c: 0, d: undefined })).toStrictEqual({ a: null, b: false, c: 0 });
});
