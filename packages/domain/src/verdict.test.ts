import { expect, it } from 'vitest';
import { awaitsReview } from './verdict.ts';

const version = { status: 'completed', good: false, data_digest: 'd' };

it('a completed version of a training awaits review until a person judges it', () => {
  expect(awaitsReview(version)).toBe(true);
  expect(awaitsReview({ ...version, judged: true })).toBe(false);
  expect(awaitsReview({ ...version, good: true })).toBe(false);
});

it('a failed version and an imported version without a data digest await no review', () => {
  expect(awaitsReview({ ...version, status: 'failed' })).toBe(false);
  expect(awaitsReview({ status: 'completed', good: false })).toBe(false);
});
