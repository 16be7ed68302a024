import { openTestBackend, realClock, startTestRedis, type TestRedis } from '@trainyard/testing/redis';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RedisBackend, RunningWorker } from '../src/index.ts';

let redis: TestRedis;
let on: RedisBackend;
let running: RunningWorker | undefined;
beforeEach(async () => {
  redis = await startTestRedis();
  on = await openTestBackend(redis);
});
afterEach(async () => {
  await running?.close();
  running = undefined;
  await on.close();
  await redis.close();
});

describe('a reconcile job', () => {
  it('runs once per training, however often it is scheduled', async () => {
    for (let n = 0; n < 50; n += 1) await on.reconcileJobs.schedule('t', { delayMs: 50 });
    let runs = 0;
    running = await on.runReconcileJobs(async () => {
      runs += 1;
      return undefined;
    });
    await expect.poll(() => runs).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(runs).toBe(1);
  });

  it('runs immediately after runNow, although it was scheduled for later', async () => {
    const polled = new Set<string>();
    await on.reconcileJobs.schedule('t', { delayMs: 3_600_000 });
    running = await on.runReconcileJobs(async (id) => {
      polled.add(id);
      return undefined;
    });
    await on.reconcileJobs.runNow('t');
    await expect.poll(() => polled.has('t')).toBe(true);
  });

  it('runs once more after 500 calls of runNow during its run', async () => {
    let runs = 0;
    let release: () => void = () => undefined;
    running = await on.runReconcileJobs(async () => {
      runs += 1;
      if (runs === 1)
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      return undefined;
    });
    await on.reconcileJobs.runNow('t');
    await expect.poll(() => runs).toBe(1);
    await Promise.all(Array.from({ length: 500 }, () => on.reconcileJobs.runNow('t')));
    release();
    await expect.poll(() => runs).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(runs).toBe(2);
  });

  it('is scheduled again with the delay that its handler returns', async () => {
    let runs = 0;
    running = await on.runReconcileJobs(async () => {
      runs += 1;
      return runs < 4 ? 10 : undefined;
    });
    await on.reconcileJobs.schedule('t', { delayMs: 0 });
    await expect.poll(() => runs).toBe(4);
  });

  it('is fetched with pauses while Redis refuses commands, and runs once memory is free', async () => {
    const raw = new Redis(redis.url);
    const refusals = async () =>
      Number(/^errorstat_OOM:count=(\d+)/m.exec(await raw.info('errorstats'))?.[1] ?? 0);
    const polled: string[] = [];
    await on.reconcileJobs.runNow('t');
    await raw.config('SET', 'maxmemory', 1);
    running = await on.runReconcileJobs(async (id) => {
      polled.push(id);
      return undefined;
    });
    await expect.poll(refusals, { timeout: 5_000 }).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await refusals()).toBeLessThan(20);
    expect(polled).toEqual([]);
    await raw.config('SET', 'maxmemory', 0);
    await expect.poll(() => polled, { timeout: 10_000 }).toEqual(['t']);
    await raw.quit();
  });

  it('is repeated after its handler failed', async () => {
    let runs = 0;
    running = await on.runReconcileJobs(async () => {
      runs += 1;
      if (runs === 1) throw new Error('unavailable');
      return undefined;
    });
    await on.reconcileJobs.schedule('t', { delayMs: 0 });
    await expect.poll(() => runs, { timeout: 20_000 }).toBe(2);
  });
});

describe('maintenance', () => {
  it('runs each task once per interval over all processes', async () => {
    let runs = 0;
    const tasks = {
      sweep: {
        everyMs: 200,
        run: async () => {
          runs += 1;
        },
      },
    };
    const other = await openTestBackend(redis);
    running = await on.runMaintenance(tasks);
    const second = await other.runMaintenance(tasks);
    await expect.poll(() => runs, { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
    await second.close();
    await other.close();
    const counts = await on
      .queues()
      .find(({ name }) => name === 'maintenance')!
      .getJobCounts();
    expect((counts['delayed'] ?? 0) + (counts['waiting'] ?? 0)).toBeLessThanOrEqual(1);
  });

  it('follows the cron of a task, in its time zone, until the cron is removed', async () => {
    let cron: { pattern: string; tz: string } | undefined = { pattern: '30 2 * * *', tz: 'Europe/Berlin' };
    const tasks = { tick: { everyMs: 60_000, run: async () => undefined, cron: async () => cron } };
    const fast = await openTestBackend(redis, 2, { ...realClock, realMs: (ms) => ms / 15 });
    running = await fast.runMaintenance(tasks);
    const queue = on.queues().find(({ name }) => name === 'maintenance')!;
    const crons = async () =>
      (await queue.getJobSchedulers()).flatMap(({ pattern, tz }) => (pattern ? [{ pattern, tz }] : []));
    expect(await crons()).toEqual([cron]);
    cron = { pattern: '0 4 * * *', tz: 'UTC' };
    await expect.poll(crons, { timeout: 10_000 }).toEqual([cron]);
    cron = undefined;
    await expect.poll(crons, { timeout: 10_000 }).toEqual([]);
    await running.close();
    running = undefined;
    await fast.close();
  });
});

describe('a clock that is set back by one hour', () => {
  const setBack = () => {
    const real = Date.now.bind(Date);
    return vi.spyOn(Date, 'now').mockImplementation(() => real() - 3_600_000);
  };
  afterEach(() => vi.restoreAllMocks());

  it('delays neither reconcile jobs nor maintenance tasks', async () => {
    const fast = await openTestBackend(redis, 2, { ...realClock, realMs: (ms) => ms / 15 });
    let [polls, sweeps] = [0, 0];
    running = await fast.runReconcileJobs(async () => {
      polls += 1;
      return 3_000;
    });
    const maintenance = await fast.runMaintenance({
      sweep: {
        everyMs: 200,
        run: async () => {
          sweeps += 1;
        },
      },
    });
    await fast.reconcileJobs.runNow('t');
    await expect.poll(() => Math.min(polls, sweeps), { timeout: 10_000 }).toBeGreaterThan(1);
    setBack();
    [polls, sweeps] = [0, 0];
    await expect.poll(() => Math.min(polls, sweeps), { timeout: 10_000 }).toBeGreaterThan(2);
    await maintenance.close();
    await running.close();
    running = undefined;
    await fast.close();
  });
});
