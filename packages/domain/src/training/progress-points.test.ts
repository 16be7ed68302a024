import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addProgressPoint, MAX_PROGRESS_POINTS, type ProgressPoint } from './progress-points.ts';

const toCurve = (points: readonly ProgressPoint[]): readonly ProgressPoint[] =>
  points.reduce<readonly ProgressPoint[]>(addProgressPoint, []);

const point = fc.tuple(
  fc.nat(5_000),
  fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
  fc.nat(),
);
const growingSteps = fc
  .array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 3_000 })
  .map((gaps) => {
    let step = 0;
    return gaps.map((gap, index): ProgressPoint => {
      step += gap;
      return [step, 1 / (index + 1), index * 1_000];
    });
  });

describe('a loss curve', () => {
  it('keeps at most 500 points, its first and last point, and the order of the steps', () => {
    fc.assert(
      fc.property(growingSteps, (reports) => {
        const curve = toCurve(reports);
        expect(curve.length).toBeLessThanOrEqual(MAX_PROGRESS_POINTS);
        expect(curve[0]).toEqual(reports[0]);
        expect(curve.at(-1)).toEqual(reports.at(-1));
        expect(curve.every((each) => reports.includes(each))).toBe(true);
        expect(curve.every(([step], index) => index === 0 || step > (curve[index - 1]?.[0] ?? 0))).toBe(true);
      }),
    );
  });

  it('has growing steps and ends with the last report, whatever a container reports', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 800 }), (reports) => {
        const curve = toCurve(reports);
        expect(curve.at(-1)).toEqual(reports.at(-1));
        expect(curve.every(([step], index) => index === 0 || step > (curve[index - 1]?.[0] ?? -1))).toBe(
          true,
        );
      }),
    );
  });

  it('keeps the early part of a long run as dense as the late part', () => {
    const reports = Array.from({ length: 20_000 }, (_, step): ProgressPoint => [step, 1, step]);
    const curve = toCurve(reports);
    const early = curve.filter(([step]) => step < 10_000).length;
    expect(early).toBeGreaterThanOrEqual(60);
  });

  it('replaces the points of a container that started again', () => {
    const before = toCurve([
      [10, 0.9, 1],
      [20, 0.8, 2],
      [30, 0.7, 3],
    ]);
    expect(addProgressPoint(before, [20, 0.85, 4])).toEqual([
      [10, 0.9, 1],
      [20, 0.85, 4],
    ]);
    expect(addProgressPoint(before, [0, null, 4])).toEqual([[0, null, 4]]);
  });
});
