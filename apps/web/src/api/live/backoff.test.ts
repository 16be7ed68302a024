import { describe, expect, it } from 'vitest';
import { calculateRetryMs } from './backoff.ts';

describe('the delay before a stream is opened again', () => {
  it('lies between 1 and 30 s for every number of failures', () => {
    for (let failures = 0; failures < 1_000; failures += 1)
      for (const random of [0, 0.5, 0.999]) {
        expect(calculateRetryMs(failures, random)).toBeGreaterThanOrEqual(1_000);
        expect(calculateRetryMs(failures, random)).toBeLessThanOrEqual(30_000);
      }
  });

  it('doubles, and a random half of it is left out', () => {
    expect([1, 2, 3].map((failures) => calculateRetryMs(failures, 1))).toEqual([2_000, 4_000, 8_000]);
    expect([1, 2, 3].map((failures) => calculateRetryMs(failures, 0))).toEqual([1_000, 2_000, 4_000]);
  });
});
