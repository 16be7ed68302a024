import type { Batch, Training, TrainingEvent } from '@trainyard/domain';
import { applyEvent, buildTraining, startAttempt } from '@trainyard/testing/builders';
import { openTestBackend, startTestRedis, type TestRedis } from '@trainyard/testing/redis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RedisBackend } from '../src/index.ts';

let redis: TestRedis;
let on: RedisBackend;
beforeEach(async () => {
  redis = await startTestRedis();
  on = await openTestBackend(redis);
});
afterEach(async () => {
  await on.close();
  await redis.close();
});

const ACCEPTED = {
  type: 'submission_accepted',
  at: 6,
  cause: 'dispatcher',
  attempt: 1,
  runId: 'run-6',
} as const;
const ENDED = {
  type: 'run_ended',
  at: 8,
  cause: 'poll',
  attempt: 1,
  runId: 'run-6',
  outcome: { status: 'completed', output: {}, executionMs: 1_500_000, delayMs: 20_000 },
} as const;
const VERIFIED = {
  type: 'output_verified',
  at: 9,
  cause: 'store',
  attempt: 1,
  model: { loraUrl: 's3://b/k' },
} as const;
const RECORDED = { type: 'end_recorded', at: 10, cause: 'store' } as const;

function then(before: Training, ...events: readonly TrainingEvent[]): Training {
  return events.reduce((training, event) => applyEvent(training, event).training, before);
}

/** One that waits in a batch with a purse, as an old copy of Redis holds it. */
async function waiting() {
  const request = { batchId: 'b1', expected: { durationSeconds: 1, costUsd: 4 } };
  const queued = buildTraining({ request });
  await on.store.accept(queued, { exclusive: true, batchBudgetUsd: 10 });
  return queued;
}

async function listed(...status: Training['status'][]): Promise<readonly string[]> {
  return (await on.store.list({ status, batchId: 'b1', limit: 10 })).items.map(({ id }) => id);
}
async function takenUsd() {
  return (await on.budgets.listBatchBudgets())[0]!.usedUsd;
}

describe('a training put back over an older copy of itself', () => {
  it('holds its slot again, stands in its lists once, and is found by its run', async () => {
    const queued = await waiting();
    const submitted = then(startAttempt(queued, 'token').training, ACCEPTED);
    expect(await on.store.restore(submitted, queued)).toBe('restored');
    expect(await on.store.load(queued.id)).toEqual(submitted);
    expect(await listed('queued')).toEqual([]);
    expect(await listed('submitted')).toEqual([queued.id]);
    expect(await on.store.listActiveAttempts()).toMatchObject([{ trainingId: queued.id, attempt: 1 }]);
    expect(await on.store.findByAlias('run-6')).toBe(queued.id);
    expect(await on.store.listPendingBackups(10)).toEqual([{ trainingId: queued.id, rev: submitted.rev }]);
    expect(await takenUsd()).toBe(4);
  });

  it('frees its slot when it has ended, and its money is counted once', async () => {
    const queued = await waiting();
    const submitted = then(startAttempt(queued, 'token').training, ACCEPTED);
    await on.store.restore(submitted, queued);
    const ended = then(submitted, ENDED, VERIFIED, RECORDED);
    for (const answer of ['restored', 'known']) expect(await on.store.restore(ended, submitted)).toBe(answer);
    expect(await on.store.listActiveAttempts()).toEqual([]);
    expect(await listed('completed')).toEqual([queued.id]);
    expect(await on.store.listUnfinished(queued.request.subject)).toEqual([]);
    expect(await on.budgets.getAccounts(9)).toMatchObject({ day: { spentUsd: 1.5 } });
    expect(await takenUsd()).toBe(1.5);
    expect(await on.store.listPrunable(100, 10)).toEqual([queued.id]);
  });

  it('is not to be shrunk where the copy had ended and it has not', async () => {
    const queued = await waiting();
    const cancelled = then(queued, { type: 'cancel_requested', at: 4, cause: 'api', by: 'ana' }, RECORDED);
    await on.store.restore(cancelled, queued);
    expect(await on.store.listPrunable(100, 10)).toEqual([queued.id]);
    const submitted = { ...then(startAttempt(queued, 'token').training, ACCEPTED), rev: cancelled.rev + 1 };
    expect(await on.store.restore(submitted, cancelled)).toBe('restored');
    expect(await on.store.listPrunable(100, 10)).toEqual([]);
    expect(await on.store.listUnfinished(queued.request.subject)).toEqual([queued.id]);
  });

  it('leaves alone what changed since it was read', async () => {
    const queued = await waiting();
    const moved = applyEvent(queued, {
      type: 'priority_changed',
      at: 4,
      cause: 'api',
      priority: 5,
    } as TrainingEvent);
    await on.store.save(moved.training, moved.event, queued);
    const submitted = then(startAttempt(queued, 'token').training, ACCEPTED);
    expect(await on.store.restore(submitted, queued)).toBe('known');
    expect(await on.store.restore(submitted)).toBe('known');
    expect(await on.store.load(queued.id)).toEqual(moved.training);
  });
});

describe('a batch put back over an older copy of itself', () => {
  const plan = { chosen: [], skipped: [] };
  const batch = (rev: number, status: Batch['status']): Batch =>
    ({ id: 'b1', rev, status, createdAt: 1, changedAt: rev }) as Batch;

  it('takes its place, and never that of a newer one', async () => {
    await on.batches.create({ batch: batch(1, 'enqueuing'), plan });
    expect(await on.batches.restore({ batch: batch(3, 'ended'), plan })).toBe('restored');
    expect(await on.batches.listOpen()).toEqual([]);
    for (const rev of [1, 2, 3])
      expect(await on.batches.restore({ batch: batch(rev, 'open'), plan })).toBe('known');
    expect((await on.batches.load('b1'))!.batch).toEqual(batch(3, 'ended'));
  });
});

describe('the mark of the record', () => {
  it('is raised by the first of two, and kept through power cuts', async () => {
    await Promise.all([
      on.store.advanceHighWaterMark(undefined, '1.a'),
      on.store.advanceHighWaterMark(undefined, '1.b'),
    ]);
    expect((await on.store.getControl()).highWaterMark).toBe('1.a');
    for (let at = 1; at < 4; at += 1) {
      await on.store.advanceHighWaterMark(`${at}.a`, `${at + 1}.a`);
      await redis.restart();
      await expect.poll(async () => (await on.store.getControl()).highWaterMark).toBe(`${at + 1}.a`);
    }
  });

  it('takes the epoch away from a record that still has it, and from no other', async () => {
    await on.store.advanceHighWaterMark(undefined, '1.a');
    await on.store.fence(undefined);
    await on.store.fence('2.a');
    expect((await on.store.getControl()).epoch).toBe('epoch-1');
    await on.store.fence('1.a');
    expect((await on.store.getControl()).epoch).toBeUndefined();
  });
});
