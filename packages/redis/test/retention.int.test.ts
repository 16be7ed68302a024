import { createBatchBudgetPruner, type Deps, pruneTrainings } from '@trainyard/application';
import type { Batch, Training } from '@trainyard/domain';
import { applyEvent, buildTraining } from '@trainyard/testing/builders';
import { openTestBackend, startTestRedis, type TestRedis } from '@trainyard/testing/redis';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisBackend } from '../src/index.ts';

const DAY_MS = 24 * 3_600_000;

let redis: TestRedis;
let on: RedisBackend;
beforeAll(async () => {
  redis = await startTestRedis();
  on = await openTestBackend(redis);
});
afterAll(async () => {
  await on.close();
  await redis.close();
});

/** Ended that many days after the beginning of time, and said so in its manifest. */
async function ended(day: number, subjectId: string): Promise<Training> {
  let training: Training = buildTraining({ subjectId, requestId: `request-${subjectId}` });
  await on.store.accept(training as ReturnType<typeof buildTraining>, { exclusive: true });
  const at = day * DAY_MS;
  for (const event of [
    { type: 'cancel_requested', at, cause: 'api', by: 'ana' },
    { type: 'end_recorded', at, cause: 'store' },
  ] as const) {
    const next = applyEvent(training, event);
    await on.store.save(next.training, next.event, training);
    training = next.training;
  }
  return training;
}

function depsOn(day: number) {
  return {
    ...on,
    clock: { now: () => day * DAY_MS } as Deps['clock'],
    settings: { retentionMs: 90 * DAY_MS } as Deps['settings'],
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  };
}

function shrinkOn(day: number): Promise<number> {
  return pruneTrainings(depsOn(day));
}

describe('a training that ended long ago', () => {
  it('shrinks to a summary, once, that lists and names still find; a younger one is left alone', async () => {
    const [old, young] = [await ended(1, 'old'), await ended(2, 'young')];
    const waiting = buildTraining({ subjectId: 'waiting' });
    await on.store.accept(waiting, { exclusive: true });
    expect(await shrinkOn(91)).toBe(0);
    expect(await shrinkOn(91.5)).toBe(1);
    expect(await shrinkOn(91.5)).toBe(0);
    const kept = (await on.store.load(old.id))!;
    expect(kept).toEqual({
      ...old,
      request: { ...old.request, imageUris: [], pruned: { at: 91.5 * DAY_MS, imageCount: 1 } },
    });
    expect(await on.store.listEvents(old.id)).toEqual([]);
    expect(await on.store.findByAlias('request-old')).toBe(old.id);
    const { items } = await on.store.list({ status: ['cancelled'], limit: 10 });
    expect(items.map(({ id }) => id)).toEqual([young.id, old.id]);
    expect(await on.store.load(young.id)).toEqual(young);
    expect(await on.store.listEvents(young.id)).toHaveLength(3);
  });
});

describe('purse and budget of a batch that ended long ago', () => {
  /** A batch of one training that set 2 USD aside; without a day it has not ended. */
  const batchOf = async (id: string, endedOn?: number, batchBudgetUsd?: number): Promise<void> => {
    const status = endedOn === undefined ? 'open' : 'ended';
    const batch = { id, rev: 1, status, createdAt: 1, changedAt: (endedOn ?? 1) * DAY_MS };
    await on.batches.create({ batch: batch as Batch, plan: { chosen: [], skipped: [] } });
    const costs = { expected: { durationSeconds: 1, costUsd: 2 } };
    await on.store.accept(buildTraining({ request: { batchId: id, ...costs } }), {
      exclusive: true,
      ...(batchBudgetUsd !== undefined && { batchBudgetUsd }),
    });
  };

  it('are let go with what it set aside; those of one that is open, or ended lately, stay', async () => {
    const raw = new Redis(redis.url);
    await batchOf('b-old', 1, 10);
    await batchOf('b-unlimited', 1);
    await batchOf('b-young', 2, 10);
    await batchOf('b-open', undefined, 10);
    const left = async () => (await raw.keys('*:batch-budget:*')).map((key) => key.split(':').at(-1)).sort();
    expect(await left()).toEqual(['b-old', 'b-open', 'b-unlimited', 'b-young']);
    expect(await createBatchBudgetPruner(depsOn(91))()).toBe(0);
    expect(await createBatchBudgetPruner(depsOn(91.5))()).toBe(2);
    expect(await left()).toEqual(['b-open', 'b-young']);
    expect((await on.budgets.listBatchBudgets()).map(({ batchId }) => batchId).sort()).toEqual([
      'b-open',
      'b-young',
    ]);
    expect(Object.keys((await on.budgets.getLimits()).batches).sort()).toEqual(['b-open', 'b-young']);
    await raw.quit();
  });

  it('are found however many batches there are, a page a turn, round after round', async () => {
    for (let at = 0; at < 250; at += 1) await batchOf(`c${String(at).padStart(3, '0')}`, 1, 10);
    const turn = createBatchBudgetPruner(depsOn(91.5));
    const counts = [await turn(), await turn(), await turn()];
    expect(counts).toEqual([100, 100, 50]);
    await on.budgets.setLimits({ batches: { c007: 5 } });
    expect([await turn(), await turn(), await turn()]).toEqual([0, 0, 1]);
  });
});

describe('a Redis that is nearly full', () => {
  it('says so above four fifths of its memory, and never without a limit', async () => {
    const raw = new Redis(redis.url);
    expect(await on.store.isFull()).toBe(false);
    const used = Number(/^used_memory:(\d+)/m.exec(await raw.info('memory'))![1]);
    await raw.config('SET', 'maxmemory', Math.round(used * 1.1));
    await expect.poll(() => on.store.isFull(), { timeout: 5_000 }).toBe(true);
    await raw.config('SET', 'maxmemory', used * 10);
    await expect.poll(() => on.store.isFull(), { timeout: 5_000 }).toBe(false);
    await raw.quit();
  });
});
