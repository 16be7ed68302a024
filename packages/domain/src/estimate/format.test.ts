import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, formatUsd } from './format.ts';

describe('an amount in USD', () => {
  it.each([
    [4.721, '$4.72'],
    [0, '$0.00'],
    [-13.29, '-$13.29'],
    [-0.001, '$0.00'],
    [1_234.5, '$1234.50'],
  ])('%d is printed as %s', (amount, text) => {
    expect(formatUsd(amount)).toBe(text);
  });

  it('has its sign in front of the currency, and never a negative zero', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (amount) => {
        expect(formatUsd(amount)).toMatch(/^-?\$\d+\.\d\d$/);
        expect(formatUsd(amount)).not.toBe('-$0.00');
      }),
    );
  });
});

it.each([
  [20, '1 min'],
  [3_120, '52 min'],
  [3_600, '1 h'],
  [18_720, '5 h 12 min'],
])('a duration of %d s is printed as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
