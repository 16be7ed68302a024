import { describe, expect, it } from 'vitest';
import { formatPlanSentence, type PlanFigures } from './plan-sentence.ts';

const figures: PlanFigures = {
  considered: 289,
  eligible: 7,
  count: 2,
  durationSeconds: 3_120,
  durationRangeSeconds: [2_080, 4_160],
  costUsd: 4.72,
  costRangeUsd: [3.15, 6.29],
  pricesAsOf: '2026-06-08',
  lastEnd: '16:30',
};

describe('the sentence before an auto-train run', () => {
  it('has count, time and cost with ranges, the date of the prices and the last end', () => {
    expect(formatPlanSentence(figures)).toBe(
      '7 of 289 actors qualify; 2 start now: about 52 min (35 min to 1 h 9 min), about $4.72 ($3.15 to $6.29, prices of 2026-06-08); the last ends about 16:30.',
    );
  });

  it('names an unknown cost, and leaves out an unknown end', () => {
    const { costUsd: _, costRangeUsd: __, pricesAsOf: ___, lastEnd: ____, ...unpriced } = figures;
    expect(formatPlanSentence({ ...unpriced, eligible: 1, count: 1 })).toBe(
      '1 of 289 actors qualifies; 1 starts now: about 52 min (35 min to 1 h 9 min), cost unknown (set GPU_TYPE on the server).',
    );
  });

  it('has neither time nor cost when no training starts', () => {
    expect(formatPlanSentence({ ...figures, eligible: 0, count: 0 })).toBe(
      '0 of 289 actors qualify; no training starts.',
    );
  });
});
