import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Backoff, calculateBackoffMs } from './backoff.ts';

const backoff: Backoff = { firstMs: 100, maxMs: 1_000 };

describe('an exponential backoff', () => {
  it('doubles the delay with each retry up to the maximum', () => {
    expect([0, 1, 2, 3, 4, 5].map((retries) => calculateBackoffMs(backoff, retries))).toEqual([
      100, 200, 400, 800, 1_000, 1_000,
    ]);
  });

  it('grows by the given factor', () => {
    expect(calculateBackoffMs({ ...backoff, factor: 3 }, 2)).toBe(900);
  });

  it('stays at the maximum after any number of retries', () => {
    expect(calculateBackoffMs(backoff, 1e9)).toBe(1_000);
  });

  it('spreads the delay over its upper half when it has jitter', () => {
    expect([0, 0.5, 1].map((jitter) => calculateBackoffMs(backoff, 1, jitter))).toEqual([100, 150, 200]);
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (retries, jitter) => {
        const exactMs = calculateBackoffMs(backoff, retries);
        const delayMs = calculateBackoffMs(backoff, retries, jitter);
        expect(delayMs).toBeGreaterThanOrEqual(exactMs / 2);
        expect(delayMs).toBeLessThanOrEqual(exactMs);
      }),
    );
  });
});
