import { expect, test } from 'vitest';
import { measureWidth } from '../terminal/style.ts';
import { actorLines } from './skipped-lines.ts';

const MESSAGES: Readonly<Record<string, string>> = {
  has_good_model: 'already has good custom model',
  no_images: 'no training images',
  not_synced: 'training data not synced to S3',
  limit: 'the limit of this run is reached',
};

function buildSkipped(count: number, ...codes: readonly string[]) {
  return Array.from({ length: count }, (_, at) => ({
    name: `${String(at + 1).padStart(4, '0')} european 20 female`,
    reasons: codes.map((code) => ({ code, message: MESSAGES[code] ?? `the cause of ${at}` })),
  }));
}

const ELIGIBLE = ['[Auto Train] ✓ Eligible: 0300 european 20 female (ID: 300, Images: 23)'];

test('up to 20 skipped actors have a line each in the format of the legacy script', () => {
  const lines = actorLines(ELIGIBLE, buildSkipped(20, 'has_good_model'));
  expect(lines).toHaveLength(21);
  expect(lines.slice(0, 2)).toEqual([
    ...ELIGIBLE,
    '[Auto Train] ✗ Skipped: 0001 european 20 female (already has good custom model)',
  ]);
});

test('more skipped actors are counted by their first reason before the eligible actors', () => {
  const skipped = [
    ...buildSkipped(1, 'no_images', 'not_synced'),
    ...buildSkipped(180, 'has_good_model', 'no_images', 'not_synced'),
    ...buildSkipped(3, 'unknown_cause'),
  ];
  expect(actorLines(ELIGIBLE, skipped)).toEqual([
    '[Auto Train] ✗ Skipped: 184 actors (--all-reasons lists each)',
    '  180 already have a good custom model',
    '      0001 european 20 female, 0002 european 20 female, …',
    '    3 the cause of 0',
    '      0001 european 20 female, 0002 european 20 female, …',
    '    1 has no training images',
    '      0001 european 20 female',
    '',
    ...ELIGIBLE,
  ]);
});

test('eligible actors over the limit are a single line with their count', () => {
  const line = (count: number) => actorLines(ELIGIBLE, buildSkipped(count, 'limit'));
  expect(line(1)).toEqual([...ELIGIBLE, '[Auto Train] 1 more eligible actor is over the limit of this run']);
  expect(line(90)).toEqual([
    ...ELIGIBLE,
    '[Auto Train] 90 more eligible actors are over the limit of this run',
  ]);
});

test('every actor has its reasons on request, and the plan is still printed last', () => {
  const skipped = [...buildSkipped(30, 'no_images', 'not_synced'), ...buildSkipped(2, 'limit')];
  const lines = actorLines(ELIGIBLE, skipped, { allReasons: true });
  expect(lines).toHaveLength(33);
  expect(lines[0]).toMatch(/\(no training images; training data not synced to S3\)$/);
  expect(lines.at(-1)).toBe(ELIGIBLE[0]);
});

test.each([40, 60, 80])('skipped actors fit a terminal of %i columns', (width) => {
  const codes = ['dataset_errors', 'has_good_model', 'no_images', 'not_synced'];
  for (const count of [20, 283])
    for (const allReasons of [false, true])
      for (const line of actorLines([], buildSkipped(count, ...codes), { width, allReasons }))
        expect(measureWidth(line)).toBeLessThanOrEqual(width);
});
