import { getSlots, type StoreHealth, sweep } from '@trainyard/application';
import type { Queued } from '@trainyard/domain';
import { buildTraining } from '@trainyard/testing/builders';
import { openTestBackend, realClock, startTestRedis, type TestRedis } from '@trainyard/testing/redis';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RedisBackend } from '../src/index.ts';

let redis: TestRedis;
let raw: Redis;
let on: RedisBackend;
beforeEach(async () => {
  redis = await startTestRedis();
  raw = new Redis(redis.url);
  on = await openTestBackend(redis);
});
afterEach(async () => {
  await raw.quit();
  await on.close();
  await redis.close();
});

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
function deps() {
  return {
    store: on.store,
    budgets: on.budgets,
    queue: on.queue,
    reconcileJobs: on.reconcileJobs,
    deliveryJobs: on.deliveryJobs,
    clock: realClock,
    log: quiet,
    storeHealth: { readFault: async () => undefined } as unknown as StoreHealth,
    settings: {
      pollIntervalMs: 30_000,
      estimate: { coldStartSeconds: 1, secondsPerStep: 1 },
    } as unknown as Parameters<typeof sweep>[0]['settings'] & Parameters<typeof getSlots>[0]['settings'],
  };
}

async function enqueueTraining(training: Queued): Promise<Queued> {
  await on.store.accept(training, { exclusive: false });
  await on.queue.enqueue(training.id, { name: 'a job', priority: training.priority });
  return training;
}

function enqueueMany(count: number, priority = 10): Promise<readonly Queued[]> {
  return Promise.all(Array.from({ length: count }, () => enqueueTraining(buildTraining({ priority }))));
}

const EVENTS = '{trainyard}:trainings:events';

describe('the sweep of queued trainings', () => {
  it('adds no job, and so no event, for trainings that have a job', async () => {
    await enqueueMany(450);
    const logged = await raw.xrevrange(EVENTS, '+', '-', 'COUNT', 1);
    expect(await sweep(deps())).toBe(450);
    expect(await raw.xrevrange(EVENTS, '+', '-', 'COUNT', 1)).toEqual(logged);
  });

  it('adds a job for a training whose job is missing or finished', async () => {
    const [lost, ended, other] = await enqueueMany(3);
    const [trainings] = on.queues();
    await trainings!.remove(lost!.id);
    await raw.zrem('{trainyard}:trainings:prioritized', ended!.id);
    await raw.hset(`{trainyard}:trainings:${ended!.id}`, 'finishedOn', 1);
    await raw.zadd('{trainyard}:trainings:completed', 1, ended!.id);
    expect([...(await on.queue.withLiveJob([lost!, ended!, other!].map(({ id }) => id)))]).toEqual([
      other!.id,
    ]);
    await sweep(deps());
    expect((await on.queue.listHead(10)).toSorted()).toEqual([lost!, ended!, other!].map(({ id }) => id));
    expect(await trainings!.getCompletedCount()).toBe(0);
  });
});

describe('the sweep of a training with an unknown layout', () => {
  it('logs training_unreadable and continues with the other trainings', async () => {
    const [foreign, lost] = await enqueueMany(2);
    await raw.hset(`{trainyard}:training:${foreign!.id}`, 'doc', '{"layout":9}');
    await on.queues()[0]!.remove(lost!.id);
    const logged: unknown[] = [];
    const log = { ...quiet, error: (...line: readonly unknown[]) => void logged.push(line) };
    await sweep({ ...deps(), log });
    expect(logged).toEqual([['training_unreadable', expect.objectContaining({ training_id: foreign!.id })]]);
    expect([...(await on.queue.withLiveJob([lost!.id]))]).toEqual([lost!.id]);
  });
});

describe('getSlots', () => {
  it('returns the next 20 trainings in the order of the queue', async () => {
    const oldest = await enqueueMany(2);
    await enqueueMany(1_050);
    const [urgent] = await enqueueMany(1, 1);
    const { next, waitingCount } = await getSlots(deps());
    expect(waitingCount).toBe(1_053);
    expect(next).toHaveLength(20);
    expect(next.slice(0, 3).map(({ training }) => training.id)).toEqual(
      [urgent!, ...oldest].map(({ id }) => id),
    );
    expect(next.map(({ waiting }) => waiting.position)).toEqual(
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
    expect(next[2]!).toMatchObject({
      waiting: { code: 'slot', text: '3rd in the queue' },
      expected: { durationSeconds: expect.any(Number) },
    });
  });

  it('returns a delayed training after the waiting ones, with a start at its due time or later', async () => {
    const notBefore = Date.now() + 3_600_000;
    const delayed = buildTraining();
    const stored = { ...delayed, notBefore };
    await on.store.accept(stored, { exclusive: true });
    await on.queue.enqueue(stored.id, { name: 'a job', priority: 10, notBefore });
    const [first] = await enqueueMany(1);
    const { next } = await getSlots(deps());
    expect(next.map(({ training }) => training.id)).toEqual([first!.id, stored.id]);
    expect(next[1]!.estimatedStart!).toBeGreaterThanOrEqual(notBefore);
    expect(next.map(({ waiting }) => [waiting.code, waiting.position])).toEqual([
      ['slot', 1],
      ['backoff', undefined],
    ]);
  });
});
