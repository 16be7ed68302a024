import { describe, expect, it } from 'vitest';
import { createRedactor, getFaultName } from './faults.ts';

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

describe('a message', () => {
  const redact = createRedactor(['rpa_secret/key']);

  it.each([
    ['the key', 'rpa_secret/key was refused', '«hidden» was refused'],
    ['the percent-encoded key', 'rpa_secret%2Fkey was refused', '«hidden» was refused'],
    ['a bearer token', 'Bearer abc.def was refused', 'Bearer «hidden» was refused'],
    ['a signature', 'GET https://h/a?X-Amz-Signature=1 failed', 'GET https://h/a failed'],
    ['an encoded token', 'url=https%3A%2F%2Fh%2Fhook%3Ftoken%3Dabc end', 'url=https%3A%2F%2Fh%2Fhook end'],
    ['colours', '\u001b[31mrpa_secret\u001b[0m/key', '«hidden»'],
  ])('does not hold %s', (_, text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it('has at most 4 000 characters, however long and unfit its text is', () => {
    for (const piece of ['x', 'https://', 'https%3A%2F%2F', '\u001b[', '%25', '\ud800', 'Bearer '])
      expect(redact(piece.repeat(500_000)).length).toBeLessThanOrEqual(4_000);
  });
});
