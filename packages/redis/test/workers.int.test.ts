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

describe('errands', () => {
  it('are one per training, however often they are asked for', async () => {
    for (let n = 0; n < 50; n += 1) await on.reconcileJobs.schedule('t', { delayMs: 50 });
    let looks = 0;
    running = await on.runReconcileJobs(async () => {
      looks += 1;
      return undefined;
    });
    await expect.poll(() => looks).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(looks).toBe(1);
  });

  it('are brought forward by a webhook', async () => {
    const looked = new Set<string>();
    await on.reconcileJobs.schedule('t', { delayMs: 3_600_000 });
    running = await on.runReconcileJobs(async (id) => {
      looked.add(id);
      return undefined;
    });
    await on.reconcileJobs.runNow('t');
    await expect.poll(() => looked.has('t')).toBe(true);
  });

  it('look once more when a webhook comes while they are under way, and once only for five hundred', async () => {
    let looks = 0;
    let release: () => void = () => undefined;
    running = await on.runReconcileJobs(async () => {
      looks += 1;
      if (looks === 1)
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      return undefined;
    });
    await on.reconcileJobs.runNow('t');
    await expect.poll(() => looks).toBe(1);
    await Promise.all(Array.from({ length: 500 }, () => on.reconcileJobs.runNow('t')));
    release();
    await expect.poll(() => looks).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(looks).toBe(2);
  });

  it('have a successor when there is more to look at', async () => {
    let looks = 0;
    running = await on.runReconcileJobs(async () => {
      looks += 1;
      return looks < 4 ? 10 : undefined;
    });
    await on.reconcileJobs.schedule('t', { delayMs: 0 });
    await expect.poll(() => looks).toBe(4);
  });

  it('are not asked for without a pause while Redis refuses, and are done once it has room', async () => {
    const raw = new Redis(redis.url);
    const refusals = async () =>
      Number(/^errorstat_OOM:count=(\d+)/m.exec(await raw.info('errorstats'))?.[1] ?? 0);
    const looked: string[] = [];
    await on.reconcileJobs.runNow('t');
    await raw.config('SET', 'maxmemory', 1);
    running = await on.runReconcileJobs(async (id) => {
      looked.push(id);
      return undefined;
    });
    await expect.poll(refusals, { timeout: 5_000 }).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await refusals()).toBeLessThan(20);
    expect(looked).toEqual([]);
    await raw.config('SET', 'maxmemory', 0);
    await expect.poll(() => looked, { timeout: 10_000 }).toEqual(['t']);
    await raw.quit();
  });

  it('come again after a fault', async () => {
    let looks = 0;
    running = await on.runReconcileJobs(async () => {
      looks += 1;
      if (looks === 1) throw new Error('away');
      return undefined;
    });
    await on.reconcileJobs.schedule('t', { delayMs: 0 });
    await expect.poll(() => looks, { timeout: 20_000 }).toBe(2);
  });
});

describe('maintenance', () => {
  it('runs each chore once a turn, however many processes there are', async () => {
    let runs = 0;
    const chores = {
      sweep: {
        everyMs: 200,
        run: async () => {
          runs += 1;
        },
      },
    };
    const other = await openTestBackend(redis);
    running = await on.runMaintenance(chores);
    const second = await other.runMaintenance(chores);
    await expect.poll(() => runs, { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
    await second.close();
    await other.close();
    const counts = await on
      .queues()
      .find(({ name }) => name === 'maintenance')!
      .getJobCounts();
    expect((counts['delayed'] ?? 0) + (counts['waiting'] ?? 0)).toBeLessThanOrEqual(1);
  });

  it('follows a cron while there is one, in its zone', async () => {
    let cron: { pattern: string; tz: string } | undefined = { pattern: '30 2 * * *', tz: 'Europe/Berlin' };
    const chores = { tick: { everyMs: 60_000, run: async () => undefined, cron: async () => cron } };
    const fast = await openTestBackend(redis, 2, { ...realClock, realMs: (ms) => ms / 15 });
    running = await fast.runMaintenance(chores);
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

describe('a clock that is set back by an hour', () => {
  const setBack = () => {
    const real = Date.now.bind(Date);
    return vi.spyOn(Date, 'now').mockImplementation(() => real() - 3_600_000);
  };
  afterEach(() => vi.restoreAllMocks());

  it('keeps neither errands nor chores waiting for it', async () => {
    const fast = await openTestBackend(redis, 2, { ...realClock, realMs: (ms) => ms / 15 });
    let [looks, turns] = [0, 0];
    running = await fast.runReconcileJobs(async () => {
      looks += 1;
      return 3_000;
    });
    const chores = await fast.runMaintenance({
      sweep: {
        everyMs: 200,
        run: async () => {
          turns += 1;
        },
      },
    });
    await fast.reconcileJobs.runNow('t');
    await expect.poll(() => Math.min(looks, turns), { timeout: 10_000 }).toBeGreaterThan(1);
    setBack();
    [looks, turns] = [0, 0];
    await expect.poll(() => Math.min(looks, turns), { timeout: 10_000 }).toBeGreaterThan(2);
    await chores.close();
    await running.close();
    running = undefined;
    await fast.close();
  });
});
