import { describe, expect, it } from 'vitest';
import { toVisibleText } from '../words/visible-text.ts';
import { describeCurve, describeGaps, formatLoss } from './curve-words.ts';
import { cutToRange, findBounds, listTicks, smoothCurve, splitAtGaps, zoomRange } from './curves.ts';

const CURVE = [
  [10, 0.6],
  [20, 0.5],
  [30, null],
  [40, 0.4],
] as const;

describe('a loss curve', () => {
  it('keeps its gaps when it is smoothed, and is drawn in parts', () => {
    expect(smoothCurve(CURVE).map(([, loss]) => loss)).toEqual([0.6, 0.55, null, 0.4]);
    expect(splitAtGaps(CURVE)).toEqual([
      [
        { step: 10, value: 0.6 },
        { step: 20, value: 0.5 },
      ],
      [{ step: 40, value: 0.4 }],
    ]);
  });

  it('reaches the edges of a range with one point on each side', () => {
    expect(cutToRange(CURVE, { from: 15, to: 25 }).map(([step]) => step)).toEqual([10, 20, 30]);
    expect(cutToRange([], { from: 0, to: 9 })).toEqual([]);
  });

  it('has bounds around its numbers, also for a single value and without any', () => {
    expect(findBounds([CURVE])?.[0]).toBeLessThan(0.4);
    expect(findBounds([[[1, 0]]])).toEqual([-0.1, 0.1]);
    expect(findBounds([[[1, null]]])).toBeUndefined();
  });

  it('is described by its first, last and lowest loss, and by its gaps', () => {
    const series = { name: 'V7', tone: 'accent', points: CURVE } as const;
    expect(describeCurve(series)).toBe(
      'V7: loss 0.600 at step 10, 0.400 at step 40, lowest 0.400 at step 40.',
    );
    expect(describeGaps([series])).toContain('1 report has no loss that is a number, the first at step 30');
    expect(describeCurve({ ...series, points: [[1, null]] })).toBe('V7: no loss was reported.');
  });

  it('has round marks, and none for an empty span', () => {
    expect(listTicks(0, 2_000, 5)).toEqual([0, 500, 1_000, 1_500, 2_000]);
    expect(listTicks(1, 1, 5)).toEqual([]);
  });

  it('is zoomed around a step, inside the whole curve', () => {
    const whole = { from: 0, to: 2_000 };
    expect(zoomRange(whole, { whole, around: 1_900, factor: 0.5 })).toEqual({ from: 1_000, to: 2_000 });
    expect(zoomRange({ from: 500, to: 1_500 }, { whole, around: 1_000, factor: 2 })).toBeUndefined();
  });
});

it('a very small loss keeps its digits', () => {
  expect([formatLoss(0.41249), formatLoss(0.0000123), formatLoss(0)]).toEqual([
    '0.412',
    '0.0000123',
    '0.000',
  ]);
});

it('control characters of a text from outside become visible, and direction marks disappear', () => {
  expect(toVisibleText('a\u001b[31mb\u0007\r\nc\t\u202ed\u009b')).toBe('a␛[31mb␇\nc\td\ufffd');
});
