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

/** A cancelled training whose end, that many days after the epoch, is recorded in its manifest. */
async function endTraining(day: number, subjectId: string): Promise<Training> {
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

function createDeps(day: number) {
  return {
    ...on,
    clock: { now: () => day * DAY_MS } as Deps['clock'],
    settings: { retentionMs: 90 * DAY_MS } as Deps['settings'],
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  };
}

function pruneOn(day: number): Promise<number> {
  return pruneTrainings(createDeps(day));
}

describe('pruning of trainings', () => {
  it('replaces a training that ended 90 days ago by a summary that lists and aliases still find', async () => {
    const [old, young] = [await endTraining(1, 'old'), await endTraining(2, 'young')];
    const waiting = buildTraining({ subjectId: 'waiting' });
    await on.store.accept(waiting, { exclusive: true });
    expect(await pruneOn(91)).toBe(0);
    expect(await pruneOn(91.5)).toBe(1);
    expect(await pruneOn(91.5)).toBe(0);
    const pruned = (await on.store.load(old.id))!;
    expect(pruned).toEqual({
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

describe('pruning of batch budgets', () => {
  /** Creates a batch with one training that reserved 2 USD; without a day the batch is open. */
  const createBatch = async (id: string, endedOn?: number, batchBudgetUsd?: number): Promise<void> => {
    const status = endedOn === undefined ? 'open' : 'ended';
    const batch = { id, rev: 1, status, createdAt: 1, changedAt: (endedOn ?? 1) * DAY_MS };
    await on.batches.create({ batch: batch as Batch, plan: { chosen: [], skipped: [] } });
    const costs = { expected: { durationSeconds: 1, costUsd: 2 } };
    await on.store.accept(buildTraining({ request: { batchId: id, ...costs } }), {
      exclusive: true,
      ...(batchBudgetUsd !== undefined && { batchBudgetUsd }),
    });
  };

  it('deletes the budgets and reservations of batches that ended 90 days ago, and of no others', async () => {
    const raw = new Redis(redis.url);
    await createBatch('b-old', 1, 10);
    await createBatch('b-unlimited', 1);
    await createBatch('b-young', 2, 10);
    await createBatch('b-open', undefined, 10);
    const listBudgets = async () =>
      (await raw.keys('*:batch-budget:*')).map((key) => key.split(':').at(-1)).sort();
    expect(await listBudgets()).toEqual(['b-old', 'b-open', 'b-unlimited', 'b-young']);
    expect(await createBatchBudgetPruner(createDeps(91))()).toBe(0);
    expect(await createBatchBudgetPruner(createDeps(91.5))()).toBe(2);
    expect(await listBudgets()).toEqual(['b-open', 'b-young']);
    expect((await on.budgets.listBatchBudgets()).map(({ batchId }) => batchId).sort()).toEqual([
      'b-open',
      'b-young',
    ]);
    expect(Object.keys((await on.budgets.getLimits()).batches).sort()).toEqual(['b-open', 'b-young']);
    await raw.quit();
  });

  it('processes 100 batches in each run and starts again after the last', async () => {
    for (let at = 0; at < 250; at += 1) await createBatch(`c${String(at).padStart(3, '0')}`, 1, 10);
    const prune = createBatchBudgetPruner(createDeps(91.5));
    const counts = [await prune(), await prune(), await prune()];
    expect(counts).toEqual([100, 100, 50]);
    await on.budgets.setLimits({ batches: { c007: 5 } });
    expect([await prune(), await prune(), await prune()]).toEqual([0, 0, 1]);
  });
});
