import { describe, expect, it } from 'vitest';
import { DEFAULT_ESTIMATE_BASIS, estimate } from './estimate.ts';
import { learnEstimateBasis, type PaceSample } from './pace-sample.ts';

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
function widthOf(samples: readonly PaceSample[]): number {
  const { durationSeconds, durationRangeSeconds } = estimate(
    1_000,
    learnEstimateBasis(DEFAULT_ESTIMATE_BASIS, samples, 'a'),
  );
  return (durationRangeSeconds[1] - durationRangeSeconds[0]) / durationSeconds;
}

describe('a pace', () => {
  it('is the seed until something was learned', () => {
    expect(learnEstimateBasis(DEFAULT_ESTIMATE_BASIS, [], 'a')).toEqual({
      ...DEFAULT_ESTIMATE_BASIS,
      samples: 0,
    });
  });
  it('is soon what the pool shows, and one strange run does not move it', () => {
    const learned = learnEstimateBasis(
      DEFAULT_ESTIMATE_BASIS,
      [sample(0.5), sample(0.5), sample(0.5), sample(40)],
      'a',
    );
    expect(learned).toMatchObject({ secondsPerStep: 0.5, coldStartSeconds: 30, samples: 4 });
  });
  it('narrows its range with every run that agrees', () => {
    const widths = [0, 1, 3, 10, 40].map((n) => widthOf(Array.from({ length: n }, () => sample(1.5))));
    expect(widths).toEqual(widths.toSorted((a, b) => b - a));
    expect(widths[4]).toBeLessThan(widths[0]! / 3);
  });
  it('stays wide where runs do not agree', () => {
    const spread = Array.from({ length: 20 }, (_, at) => sample(at % 2 === 0 ? 0.8 : 2.2));
    expect(widthOf(spread)).toBeGreaterThan(0.6);
  });
  it('goes by runs of the same batch and resolution once there are enough', () => {
    const others = Array.from({ length: 20 }, () => sample(9, { shape: 'b' }));
    expect(
      learnEstimateBasis(DEFAULT_ESTIMATE_BASIS, [...others, ...[1, 1, 1].map((each) => sample(each))], 'a'),
    ).toMatchObject({
      secondsPerStep: 1,
      samples: 3,
    });
  });
});
