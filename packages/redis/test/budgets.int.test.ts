import type { TrainingConsumer } from '@trainyard/application';
import type { Hyperparameters, Queued, Training, TrainingEvent } from '@trainyard/domain';
import { applyEvent, buildTraining, startAttempt } from '@trainyard/testing/builders';
import { openTestBackend, startTestRedis, type TestRedis } from '@trainyard/testing/redis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RedisBackend } from '../src/index.ts';

let redis: TestRedis;
let on: RedisBackend;
let consumer: TrainingConsumer;
beforeEach(async () => {
  redis = await startTestRedis();
  on = await openTestBackend(redis, 200);
  consumer = await on.openConsumer(() => undefined);
});
afterEach(async () => {
  await consumer.close();
  await on.close();
  await redis.close();
});

const DAY_MS = 24 * 3_600_000;
const hyperparameters = { max_train_steps: 1_000, batch_size: 1, width: 512, height: 512 } as Hyperparameters;

/** One that is expected to cost so much. */
function costing(costUsd: number, request: Partial<Queued['request']> = {}): Queued {
  return buildTraining({
    request: { ...request, hyperparameters, maxAttempts: 1, expected: { durationSeconds: 100, costUsd } },
  });
}

async function accepted(training: Queued): Promise<Queued> {
  expect(await on.store.accept(training, { exclusive: true })).toEqual({ kind: 'accepted' });
  await on.queue.enqueue(training.id, { name: 'a job', priority: training.priority });
  return training;
}

async function start(training: Queued) {
  const taken = (await consumer.claim())!;
  expect(taken.trainingId).toBe(training.id);
  const next = startAttempt(training, taken.lockToken);
  return { answer: await on.store.start(next.training, next.event, next), training: next.training };
}

async function lived(before: Training, ...events: readonly TrainingEvent[]): Promise<Training> {
  let training = before;
  for (const event of events) {
    const next = applyEvent(training, event);
    expect(await on.store.save(next.training, next.event, next.before)).toBe('saved');
    training = next.training;
  }
  return training;
}

function isAccepted(at = 6): TrainingEvent {
  return {
    type: 'submission_accepted',
    at,
    cause: 'dispatcher',
    attempt: 1,
    runId: `run-${at}`,
  };
}
function ranFor(executionMs: number, at: number): TrainingEvent {
  return {
    type: 'run_ended',
    at,
    cause: 'poll',
    attempt: 1,
    runId: 'run-6',
    outcome: { status: 'completed', output: {}, executionMs, delayMs: 20_000 },
  };
}
const expired = { type: 'attempt_expired', at: 7, cause: 'poll', attempt: 1 } as const;

describe('the batchBudget of a batch', () => {
  const inBatch = (costUsd: number) => costing(costUsd, { batchId: 'b1' });
  const batchBudget = async () =>
    (await on.budgets.listBatchBudgets()).find(({ batchId }) => batchId === 'b1');

  it('never gives a hundred parallel accepts more than it holds', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        on.store.accept(inBatch(0.3), { exclusive: true, batchBudgetUsd: 10 }),
      ),
    );
    expect(answers.filter(({ kind }) => kind === 'accepted')).toHaveLength(33);
    expect(answers.filter(({ kind }) => kind === 'over_budget')).toHaveLength(67);
    expect(await batchBudget()).toEqual({ batchId: 'b1', limitUsd: 10, takenUsd: 9.9 });
  });

  it('gets back what was set aside when a training is cancelled unpaid, and pays what a run really cost', async () => {
    const [one, two] = [inBatch(4), inBatch(4)];
    for (const each of [one, two]) await on.store.accept(each, { exclusive: true, batchBudgetUsd: 8 });
    expect(await on.store.accept(inBatch(4), { exclusive: true })).toEqual({
      kind: 'over_budget',
      leftUsd: 0,
    });
    await lived(two, { type: 'cancel_requested', at: 4, cause: 'api', by: 'ana' });
    expect(await batchBudget()).toMatchObject({ takenUsd: 4 });
    await on.queue.enqueue(one.id, { name: 'a job', priority: 10 });
    const { training } = await start(one);
    await lived(training, isAccepted(), ranFor(1_500_000, 8));
    expect(await batchBudget()).toMatchObject({ takenUsd: 1.5 });
  });

  it('keeps another attempt from starting once it is empty, and takes one back only as far as it goes', async () => {
    const one = inBatch(4);
    await on.store.accept(one, { exclusive: true, batchBudgetUsd: 6 });
    await on.queue.enqueue(one.id, { name: 'a job', priority: 10 });
    const held = await lived(one, {
      type: 'budget_held',
      at: 4,
      cause: 'dispatcher',
      of: 'batch',
      reason: 'r',
    });
    expect(await batchBudget()).toMatchObject({ takenUsd: 0 });
    const release = (reservedUsd: number, withinBatchBudget: boolean) =>
      applyEvent(held, {
        type: 'budget_released',
        at: 5,
        cause: 'api',
        by: 'ana',
        reservedUsd,
        withinBatchBudget,
      });
    const tooMuch = release(7, true);
    expect(await on.store.save(tooMuch.training, tooMuch.event, held)).toBe('over_budget');
    const atHisWord = release(7, false);
    expect(await on.store.save(atHisWord.training, atHisWord.event, held)).toBe('saved');
    expect(await batchBudget()).toMatchObject({ takenUsd: 7 });
  });
});

describe('the accounts of day and month', () => {
  it('tell what is committed while a run lives, and what it cost when it has ended, known apart from unknown', async () => {
    const first = await start(await accepted(costing(4)));
    expect(await on.budgets.getAccounts(6)).toMatchObject({ committedUsd: 4, day: { spentUsd: 0 } });
    await lived(first.training, isAccepted(), ranFor(1_500_000, 8));
    const second = await start(await accepted(costing(2)));
    await lived(second.training, expired);
    expect(await on.budgets.getAccounts(9)).toEqual({
      day: { period: '1970-01-01', spentUsd: 3.5, assumedUsd: 2, unknownRuns: 1 },
      month: { period: '1970-01', spentUsd: 3.5, assumedUsd: 2, unknownRuns: 1 },
      committedUsd: 0,
    });
    expect(await on.budgets.getAccounts(DAY_MS + 9)).toMatchObject({
      day: { period: '1970-01-02', spentUsd: 0 },
      month: { spentUsd: 3.5 },
    });
  });

  it('start nothing beyond the budget of the day, which is tested where the slot is taken', async () => {
    await on.budgets.setLimits({ dayUsd: 5 });
    const [one, two] = [await accepted(costing(3)), await accepted(costing(3))];
    expect((await start(one)).answer).toBe('started');
    expect((await start(two)).answer).toBe('over_budget');
    expect(await on.budgets.getAccounts(6)).toMatchObject({ committedUsd: 3, refused: { usd: 3 } });
    await on.budgets.setLimits({ dayUsd: null });
    const accounts = await on.budgets.getAccounts(6);
    expect(accounts).not.toHaveProperty('refused');
    expect(accounts.day).not.toHaveProperty('budgetUsd');
  });

  it('are the same after a loss of Redis, as the journal tells them', async () => {
    const { training } = await start(await accepted(costing(4, { batchId: 'b2' })));
    const ended = await lived(training, isAccepted(), ranFor(1_500_000, 8), {
      type: 'output_verified',
      at: 9,
      cause: 'store',
      attempt: 1,
      model: { loraUrl: 's3://b/k' },
    });
    const live = await start(await accepted(costing(2)));
    const before = await on.budgets.getAccounts(9);
    await expect.poll(() => on.budgets.listPaceSamples('A100')).toHaveLength(1);
    const lessons = await on.budgets.listPaceSamples('A100');
    expect(lessons).toMatchObject([{ executionSeconds: 1_500, delaySeconds: 20, steps: 1_000 }]);
    const other = await startTestRedis();
    const again = await openTestBackend(other);
    for (const each of [ended, live.training]) expect(await again.store.restore(each)).toBe('restored');
    for (const each of [ended, live.training]) expect(await again.store.restore(each)).toBe('known');
    expect(await again.budgets.getAccounts(9)).toEqual(before);
    await expect.poll(() => again.budgets.listPaceSamples('A100')).toEqual(lessons);
    await again.close();
    await other.close();
  });
});
