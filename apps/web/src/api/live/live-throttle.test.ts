import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKeyedThrottle, createThrottle } from './live-throttle.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a throttle', () => {
  it('hands over the first value at once, and the others together when the interval ends', () => {
    const handed: (readonly number[])[] = [];
    const throttle = createThrottle<number>(500, (values) => handed.push(values));
    for (const value of [1, 2, 3]) throttle.add(value);
    expect(handed).toEqual([[1]]);
    vi.advanceTimersByTime(500);
    expect(handed).toEqual([[1], [2, 3]]);
    vi.advanceTimersByTime(5_000);
    throttle.add(4);
    expect(handed).toEqual([[1], [2, 3], [4]]);
  });

  it('hands over at most twice a second for each key, in order and without a loss', () => {
    const handed = new Map<string, number[][]>();
    const throttle = createKeyedThrottle<number>(500, (key, values) => {
      handed.set(key, [...(handed.get(key) ?? []), [...values]]);
    });
    for (let value = 0; value < 100; value += 1) {
      throttle.add('a', value);
      throttle.add('b', value);
      vi.advanceTimersByTime(100);
    }
    vi.advanceTimersByTime(500);
    for (const key of ['a', 'b']) {
      expect(handed.get(key)!.length).toBeLessThanOrEqual(21);
      expect(handed.get(key)!.flat()).toEqual(Array.from({ length: 100 }, (_, at) => at));
    }
  });
});
