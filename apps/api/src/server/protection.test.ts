import { expect, it } from 'vitest';
import { isTooDeep } from './server.ts';

function nested(depth: number): unknown {
  return JSON.parse('['.repeat(depth) + ']'.repeat(depth));
}

it('a JSON body may be nested up to 200 levels', () => {
  expect([nested(1), nested(150), {}, 'text', null].some(isTooDeep)).toBe(false);
  expect([nested(300), nested(50_000), { a: [nested(400)] }].every(isTooDeep)).toBe(true);
});
