import { expect, it } from 'vitest';
import { formatBytes, formatDuration, formatFullTime, formatTime, formatUsd, toShortId } from './format.ts';

it.each([
  [13.294, '$13.29'],
  [-13.294, '-$13.29'],
  [-0.001, '$0.00'],
  [0, '$0.00'],
])('%d USD is formatted as %s', (amount, text) => {
  expect(formatUsd(amount)).toBe(text);
});

it.each([
  [0, '0 s'],
  [59.4, '59 s'],
  [59.6, '1 min'],
  [3_599, '1 h'],
  [3_900, '1 h 5 min'],
  [86_399, '1 d'],
  [187_200, '2 d 4 h'],
])('%d seconds are formatted as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

it('a time has its clock today, its day in this year and its year in others, in the local zone', () => {
  const now = new Date(2026, 10, 28, 15, 0);
  expect(formatTime(new Date(2026, 10, 28, 14, 3).toISOString(), now)).toBe('14:03');
  expect(formatTime(new Date(2026, 10, 27, 14, 3).toISOString(), now)).toBe('Nov 27 14:03');
  expect(formatTime(new Date(2025, 1, 3, 4, 5).toISOString(), now)).toBe('2025-02-03 04:05');
  expect(formatTime('imported', now)).toBe('imported');
  expect(formatFullTime(new Date(2026, 10, 28, 14, 3, 9).toISOString())).toMatch(
    /^2026-11-28 14:03:09 (UTC|[+-]\d\d:\d\d)$/,
  );
});

it('a short id is the end of an id, and bytes have a unit', () => {
  expect(toShortId('0199b3c0-7abc-7def-8123-00001234abcd')).toBe('1234abcd');
  expect(toShortId('t1')).toBe('t1');
  expect([999, 4_638, 153_140_000].map(formatBytes)).toEqual(['999 B', '4.6 kB', '153 MB']);
});
