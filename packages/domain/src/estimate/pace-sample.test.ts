import { describe, expect, it } from 'vitest';
import { DEFAULT_ESTIMATE_BASIS, estimate } from './estimate.ts';
import { learnEstimateBasis, type PaceSample } from './pace.ts';

function sample(secondsPerStep: number, overrides: Partial<PaceSample> = {}): PaceSample {
  return {
    trainingId: 't',
    at: 1,
    steps: 1_000,
    executionSeconds: 1_000 * secondsPerStep,
    delaySeconds: 30,
    shape: 'a',
    ...overrides,
  };
}
function readWidth(samples: readonly PaceSample[]): number {
  const { durationSeconds, durationRangeSeconds } = estimate(
    1_000,
    learnEstimateBasis(DEFAULT_ESTIMATE_BASIS, samples, 'a'),
  );
  return (durationRangeSeconds[1] - durationRangeSeconds[0]) / durationSeconds;
}

describe('the basis of an estimate', () => {
  it('is the default before the first sample', () => {
    expect(learnEstimateBasis(DEFAULT_ESTIMATE_BASIS, [], 'a')).toEqual({
      ...DEFAULT_ESTIMATE_BASIS,
      samples: 0,
    });
  });
  it('follows the samples of the pool and ignores an outlier', () => {
    const learned = learnEstimateBasis(
      DEFAULT_ESTIMATE_BASIS,
      [sample(0.5), sample(0.5), sample(0.5), sample(40)],
      'a',
    );
    expect(learned).toMatchObject({ secondsPerStep: 0.5, coldStartSeconds: 30, samples: 4 });
  });
  it('has a narrower range with every sample that agrees', () => {
    const widths = [0, 1, 3, 10, 40].map((n) => readWidth(Array.from({ length: n }, () => sample(1.5))));
    expect(widths).toEqual(widths.toSorted((a, b) => b - a));
    expect(widths[4]).toBeLessThan(widths[0]! / 3);
  });
  it('has a wide range when samples disagree', () => {
    const spread = Array.from({ length: 20 }, (_, at) => sample(at % 2 === 0 ? 0.8 : 2.2));
    expect(readWidth(spread)).toBeGreaterThan(0.6);
  });
  it('uses only samples of the same batch size and resolution once it has three of them', () => {
    const others = Array.from({ length: 20 }, () => sample(9, { shape: 'b' }));
    expect(
      learnEstimateBasis(DEFAULT_ESTIMATE_BASIS, [...others, ...[1, 1, 1].map((each) => sample(each))], 'a'),
    ).toMatchObject({
      secondsPerStep: 1,
      samples: 3,
    });
  });
});
