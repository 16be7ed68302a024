import { describe, expect, it } from 'vitest';
import { getFaultName } from './faults.ts';

function fault(cause: object): Error {
  return new TypeError('fetch failed', { cause });
}

describe('the name of a fault', () => {
  it.each([
    [fault({ code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    [
      fault({ code: 'X', errors: [{ code: 'ECONNREFUSED' }, { code: 'ENETUNREACH' }] }),
      'ECONNREFUSED, ENETUNREACH',
    ],
    [fault({}), 'TypeError'],
    [undefined, 'unknown fault'],
  ])('consists of the codes of its causes, never of its message: %j', (error, name) => {
    expect(getFaultName(error)).toBe(name);
  });
});
