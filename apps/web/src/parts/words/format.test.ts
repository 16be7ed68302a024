import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, formatDurationRange } from './format.ts';

describe('a duration', () => {
  it.each([
    [0.4, '0 s'],
    [50, '50 s'],
    [95, '1 min 35 s'],
    [120, '2 min'],
    [31 * 60 + 20, '31 min'],
    [3_599, '1 h'],
    [78 * 60, '1 h 18 min'],
  ])('of %i s is formatted as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([
    [[1_055, 1_290], '18 to 22 min'],
    [[1_100, 1_101], '18 min'],
    [[3_100, 3_900], '52 min to 1 h 5 min'],
    [[20, 40], '20 to 40 s'],
    [[70, 170], '1 min 10 s to 3 min'],
  ] as const)('of %j s is formatted as the range %s', (range, text) => {
    expect(formatDurationRange(range)).toBe(text);
  });
});

it('a size has a unit of 1 000', () => {
  expect([0, 999, 48_120, 1_482_332, 153_402_344].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '48 KB',
    '1.5 MB',
    '153 MB',
  ]);
});
