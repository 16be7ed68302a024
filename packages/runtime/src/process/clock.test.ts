import type { Log } from '@trainyard/application';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClock, createElapsedClock, createStoreClock, type StoreClock } from './clock.ts';

const YEAR_MS = 365 * 24 * 3_600_000;

it('a scaled clock agrees with real time at its anchor and runs faster by its factor', () => {
  const clock = createClock({ factor: 100, anchorMs: 1_000 });
  expect(clock.fromReal(1_000)).toBe(1_000);
  expect(clock.fromReal(1_010)).toBe(2_000);
  expect(clock.realMs(3_000)).toBe(30);
});

describe('elapsed time', () => {
  function createMachine() {
    let monotonicMs = 5_000;
    let uptimeSeconds = 90_000;
    const elapsed = createElapsedClock({
      monotonic: () => monotonicMs,
      uptime: () => Math.floor(uptimeSeconds),
    });
    return {
      elapsed,
      run: (ms: number) => {
        monotonicMs += ms;
        uptimeSeconds += ms / 1_000;
      },
      suspend: (ms: number) => {
        uptimeSeconds += ms / 1_000;
      },
    };
  }

  it('equals the monotonic clock while the machine runs', () => {
    const { elapsed, run } = createMachine();
    const before = elapsed();
    for (let n = 0; n < 50; n += 1) run(330);
    expect(elapsed() - before).toBe(50 * 330);
  });

  it('includes the time of a suspension, exact to 2 s, and never decreases', () => {
    const { elapsed, run, suspend } = createMachine();
    const before = elapsed();
    suspend(9 * 3_600_000);
    run(150);
    const after = elapsed();
    expect(Math.abs(after - before - 9 * 3_600_000)).toBeLessThanOrEqual(2_000);
    run(1_000);
    expect(elapsed()).toBeGreaterThan(after);
  });
});

describe('the store clock', () => {
  /** The time of Redis at the monotonic time 0. */
  const STORE_MS = 1_900_000_000_000;

  let warnings: object[];
  let time: StoreClock;
  const log = { warn: (event: string, fields?: object) => void warnings.push({ event, ...fields }) } as Log;

  async function read(): Promise<number> {
    return STORE_MS + performance.now();
  }
  async function readSlowly(): Promise<number> {
    const at = await read();
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    return at;
  }

  beforeEach(() => {
    vi.useFakeTimers({ now: STORE_MS, toFake: ['Date', 'performance', 'setInterval', 'setTimeout'] });
    vi.advanceTimersByTime(0);
    warnings = [];
    time = createStoreClock(log);
  });
  afterEach(() => {
    time.stop();
    vi.useRealTimers();
  });

  it('returns the time of this machine before the first reading', () => {
    expect(time.now()).toBe(Date.now());
  });

  it('ignores jumps of the clock of this machine', async () => {
    await time.start(read);
    const before = time.now();
    vi.setSystemTime(Date.now() + YEAR_MS);
    expect(time.now() - before).toBeLessThan(1);
    vi.setSystemTime(Date.now() - 2 * YEAR_MS);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(time.now() - before).toBeCloseTo(5_000);
  });

  it('reads the time of Redis every 10 s, so that a resumed machine catches up', async () => {
    let suspended = 0;
    await time.start(async () => (await read()) + suspended);
    const before = time.now();
    suspended = YEAR_MS;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(time.now() - before).toBeCloseTo(YEAR_MS + 10_000);
  });

  it('advances while Redis is unavailable, and ignores a reply that took 5 s', async () => {
    const answers = [read, () => Promise.reject(new Error('unavailable')), readSlowly];
    await time.start(() => (answers.shift() ?? read)());
    const before = time.now();
    await vi.advanceTimersByTimeAsync(25_000);
    expect(time.now() - before).toBeCloseTo(25_000);
  });

  it('logs a wrong clock of this machine once', async () => {
    vi.setSystemTime(STORE_MS + YEAR_MS);
    await time.start(async () => STORE_MS);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(warnings).toEqual([{ event: 'clock_skew', by_ms: YEAR_MS }]);
  });
});
