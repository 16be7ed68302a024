import { describe, expect, it } from 'vitest';
import {
  calculateCost,
  countSamplePictures,
  DEFAULT_ESTIMATE_BASIS,
  estimate,
  toRunLimits,
} from './estimate.ts';

const HOUR_MS = 3_600_000;

describe('an estimate', () => {
  it('covers cold start and steps, with a range, and a cost when the price is known', () => {
    expect(estimate(2_000)).toMatchObject({ durationSeconds: 3_120 });
    expect(estimate(2_000)).not.toHaveProperty('costUsd');
    const priced = estimate(1_000, {
      coldStartSeconds: 100,
      secondsPerStep: 2,
      secondsPerPicture: 10,
      usdPerSecond: 0.001,
    });
    expect(priced.costUsd).toBeCloseTo(2.1);
    expect(priced.durationRangeSeconds[0]).toBeLessThan(2_100);
    expect(priced.durationRangeSeconds[1]).toBeGreaterThan(2_100);
  });
  it('covers one sample picture per prompt of a training with validation', () => {
    const count = countSamplePictures({ validation: true, samplePrompts: ['a', 'b'] });
    expect(estimate(2_000, DEFAULT_ESTIMATE_BASIS, count).durationSeconds).toBe(3_180);
    expect(countSamplePictures({ validation: false, samplePrompts: ['a', 'b'] })).toBe(0);
  });
  it('rounds the billed time up to whole seconds', () => {
    expect(calculateCost(1_001, 0.5)).toBe(1);
  });
});

describe('the limits of a submission', () => {
  it('are at least two hours of execution, and a ttl of wait, run and margin', () => {
    expect(toRunLimits(60)).toEqual({ executionTimeoutMs: 2 * HOUR_MS, ttlMs: 8.5 * HOUR_MS });
  });
  it('are three times the estimate of a long training', () => {
    expect(toRunLimits(3_600).executionTimeoutMs).toBe(3 * HOUR_MS);
  });
  it('never exceed the seven days that RunPod accepts', () => {
    const { executionTimeoutMs, ttlMs } = toRunLimits(10_000_000);
    expect(executionTimeoutMs).toBe((7 * 24 - 7) * HOUR_MS);
    expect(ttlMs).toBeLessThanOrEqual(7 * 24 * HOUR_MS);
    expect(toRunLimits(10_000_000, { queueBudgetMs: 24 * HOUR_MS }).ttlMs).toBeLessThanOrEqual(
      7 * 24 * HOUR_MS,
    );
  });
  it('can be set', () => {
    expect(toRunLimits(60, { executionTimeoutMs: 60_000, queueBudgetMs: 1_000 })).toEqual({
      executionTimeoutMs: 60_000,
      ttlMs: 1_861_000,
    });
  });
});
