import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClock } from './clock.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the scaled clock', () => {
  it('scales all timers by the same factor', () => {
    const clock = createClock(1 / 1_000, 'full');
    const rung: string[] = [];
    clock.after(3_000_000, () => rung.push('run'));
    clock.after(1_800_000, () => rung.push('retention'));
    vi.advanceTimersByTime(1_800);
    expect(rung).toEqual(['retention']);
    vi.advanceTimersByTime(1_200);
    expect(rung).toEqual(['retention', 'run']);
  });

  it('waits longer than the 24.8 days of a single timer', () => {
    const clock = createClock(1, 'full');
    const rung: number[] = [];
    clock.after(2 ** 32, () => rung.push(1));
    vi.advanceTimersByTime(2 ** 32 - 1);
    expect(rung).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(rung).toEqual([1]);
  });

  it('converts times on the wire by the setting full or scaled', () => {
    const [full, scaled] = [createClock(1 / 100, 'full'), createClock(1 / 100, 'scaled')];
    expect([full.toWireMs(2_000), full.fromWireMs(5_000)]).toEqual([2_000, 5_000]);
    expect([scaled.toWireMs(2_000), scaled.fromWireMs(50)]).toEqual([20, 5_000]);
  });

  it('changes its scale for the rest of running timers', () => {
    const clock = createClock(1 / 1_000, 'full');
    const rung: string[] = [];
    clock.after(2_000_000, () => rung.push('run'));
    vi.advanceTimersByTime(1_000);
    clock.setTimeScale(1 / 10);
    expect(clock.fullNow()).toBeCloseTo(1_000_000, -1);
    vi.advanceTimersByTime(99_900);
    expect(rung).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(rung).toEqual(['run']);
    expect(() => clock.setTimeScale(0)).toThrow(RangeError);
  });

  it('stops all timers when closed and rejects an aborted sleep', async () => {
    const clock = createClock(1, 'full');
    const rung: number[] = [];
    clock.after(10, () => rung.push(1));
    const abort = new AbortController();
    const sleep = clock.sleep(100, abort.signal);
    abort.abort(new Error('called off'));
    await expect(sleep).rejects.toThrow('called off');
    await expect(clock.sleep(100, abort.signal)).rejects.toThrow('called off');
    clock.close();
    vi.advanceTimersByTime(1_000);
    expect(rung).toEqual([]);
  });
});
