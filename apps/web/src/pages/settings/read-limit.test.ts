import { expect, it } from 'vitest';
import { readLimit } from './read-limit.ts';

it.each([
  ['150', 150],
  [' $20.50 ', 20.5],
  ['20,5', 20.5],
  ['', null],
  ['  ', null],
  ['-5', 'invalid'],
  ['1e3', 'invalid'],
  ['twenty', 'invalid'],
  ['1.000,50', 'invalid'],
])('the limit %j is read as %j', (text, limit) => {
  expect(readLimit(text)).toBe(limit);
});
