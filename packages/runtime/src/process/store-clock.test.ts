import type { Log } from '@trainyard/application';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStoreClock, type StoreClock } from './store-clock.ts';

const YEAR_MS = 365 * 24 * 3_600_000;
/** What the record's clock says at the monotonic moment 0. */
const RECORD_MS = 1_900_000_000_000;

let warned: object[];
let time: StoreClock;
const log = { warn: (event: string, fields?: object) => void warned.push({ event, ...fields }) } as Log;
async function read(): Promise<number> {
  return RECORD_MS + performance.now();
}

beforeEach(() => {
  vi.useFakeTimers({ now: RECORD_MS, toFake: ['Date', 'performance', 'setInterval', 'setTimeout'] });
  vi.advanceTimersByTime(0);
  warned = [];
  time = createStoreClock(log);
});
afterEach(() => {
  time.stop();
  vi.useRealTimers();
});

describe('the time of the record', () => {
  it('is that of this machine until it was read', () => {
    expect(time.now()).toBe(Date.now());
  });

  it('goes on evenly, whatever becomes of the clock of this machine', async () => {
    await time.start(read);
    const before = time.now();
    vi.setSystemTime(Date.now() + YEAR_MS);
    expect(time.now() - before).toBeLessThan(1);
    vi.setSystemTime(Date.now() - 2 * YEAR_MS);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(time.now() - before).toBeCloseTo(5_000);
  });

  it('is read again, so that a machine that slept catches up', async () => {
    let slept = 0;
    await time.start(async () => (await read()) + slept);
    const before = time.now();
    slept = YEAR_MS;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(time.now() - before).toBeCloseTo(YEAR_MS + 10_000);
  });

  it('goes on while the record is away, and is not misled by an answer that was long on its way', async () => {
    const answers = [read, () => Promise.reject(new Error('away')), late];
    await time.start(() => (answers.shift() ?? read)());
    const before = time.now();
    await vi.advanceTimersByTimeAsync(25_000);
    expect(time.now() - before).toBeCloseTo(25_000);
  });

  it('tells once that this machine’s clock is wrong', async () => {
    vi.setSystemTime(RECORD_MS + YEAR_MS);
    await time.start(async () => RECORD_MS);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(warned).toEqual([{ event: 'clock_skew', by_ms: YEAR_MS }]);
  });
});

async function late(): Promise<number> {
  const at = await read();
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  return at;
}
