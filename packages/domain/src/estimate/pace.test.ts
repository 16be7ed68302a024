import { describe, expect, it } from 'vitest';
import { estimateRemaining, type Pace, updatePace } from './pace.ts';

/** The pace after progress reports, each with its time in seconds and its step. */
function course(...reports: readonly (readonly [seconds: number, step: number])[]): Pace | undefined {
  return reports.reduce<Pace | undefined>(
    (pace, [s, step]) => updatePace(pace, { at: s * 1_000, step }),
    undefined,
  );
}

function left(pace: Pace | undefined, seconds: number) {
  return estimateRemaining(pace, { totalSteps: 1_000, now: seconds * 1_000 });
}

describe('the pace of a run', () => {
  it('is the smoothed time per step', () => {
    expect(course([0, 0], [10, 10], [20, 20])?.msPerStep).toBe(1_000);
    const slower = course([0, 0], [10, 10], [30, 20])?.msPerStep;
    expect(slower).toBeGreaterThan(1_000);
    expect(slower).toBeLessThan(2_000);
  });

  it('ignores a single pause, and accepts two consecutive slow spans as the new pace', () => {
    expect(course([0, 0], [10, 10], [20, 20], [120, 21], [130, 31])?.msPerStep).toBe(1_000);
    expect(course([0, 0], [10, 10], [20, 20], [120, 30], [220, 40])?.msPerStep).toBeGreaterThan(1_000);
  });

  it('restarts when the run restarts', () => {
    expect(course([0, 0], [10, 10], [20, 3])).toEqual({
      first: { at: 20_000, step: 3 },
      last: { at: 20_000, step: 3 },
      spans: 0,
    });
  });

  it('is unchanged by a report without a new step or with an earlier time', () => {
    const pace = course([0, 0], [10, 10]);
    expect(updatePace(pace, { at: 20_000, step: 10 })).toBe(pace);
    expect(updatePace(pace, { at: 5_000, step: 12 })).toBe(pace);
  });
});

describe('the remaining time of a run', () => {
  const steady = course([0, 0], [30, 30], [60, 60], [90, 90]);

  it('is undefined until the pace is stable', () => {
    expect(left(undefined, 0)).toBeUndefined();
    expect(left(course([0, 0], [30, 30], [60, 60]), 60)).toBeUndefined();
    expect(left(course([0, 0], [30, 3], [60, 6], [90, 9]), 90)).toBeUndefined();
    expect(left(course([0, 0], [1, 10], [2, 20], [3, 30]), 3)).toBeUndefined();
    expect(left(steady, 90)).toBeDefined();
  });

  it('is a range around the remaining steps at the present pace', () => {
    const { ms, lowMs, highMs } = left(steady, 90)!;
    expect(ms).toBe(910_000);
    expect([lowMs, highMs].map(Math.round)).toEqual([864_500, 955_500]);
  });

  it('shrinks while time passes, is never negative, and is undefined for a silent run', () => {
    expect(left(steady, 120)?.ms).toBe(880_000);
    const nearlyDone = course([0, 900], [30, 930], [60, 960], [90, 999]);
    expect(left(nearlyDone, 149)).toMatchObject({ ms: 0, lowMs: 0 });
    expect(left(steady, 151)).toBeUndefined();
  });

  it('stays defined longer for a run with rare reports', () => {
    const seldom = course([0, 0], [300, 30], [600, 60], [900, 90]);
    expect(left(seldom, 1_400)).toBeDefined();
    expect(left(seldom, 1_600)).toBeUndefined();
  });
});
