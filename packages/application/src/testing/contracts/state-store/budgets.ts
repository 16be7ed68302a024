import type { Hyperparameters, Queued, Training, TrainingEvent } from '@trainyard/domain';
import { applyEvent, buildTraining, startAttempt, type TrainingOverrides } from '@trainyard/testing/builders';
import { describe, expect, it } from 'vitest';
import {
  acceptedRun,
  CANCEL_REQUESTED,
  endedRun,
  OUTPUT_VERIFIED,
  type StateStoreFixture,
} from './fixture.ts';

/** Budgets of batches, days and months, and the pace samples of finished runs. */
export function testBudgets(on: StateStoreFixture): void {
  describe('a batch budget', () => {
    testBatchReservations(on);
    testBatchRelease(on);
  });
  describe('the accounts of day and month', () => {
    testAccounts(on);
    testPeriodBudget(on);
    testRestoredAccounts(on);
  });
}

const DAY_MS = 24 * 3_600_000;
const HYPERPARAMETERS = { max_train_steps: 1_000, batch_size: 1, width: 512, height: 512 } as Hyperparameters;

/** The parts of a training that is expected to cost this much. */
function costing(costUsd: number, request: Partial<Queued['request']> = {}): TrainingOverrides {
  return {
    request: {
      ...request,
      hyperparameters: HYPERPARAMETERS,
      maxAttempts: 1,
      expected: { durationSeconds: 100, costUsd },
    },
  };
}

function buildInBatch(costUsd: number): Queued {
  return buildTraining(costing(costUsd, { batchId: 'b1' }));
}

async function getBatchBudget(on: StateStoreFixture) {
  return (await on.handle.budgets.listBatchBudgets()).find(({ batchId }) => batchId === 'b1');
}

async function startQueued(on: StateStoreFixture, training: Training): Promise<Training> {
  await on.handle.queue.enqueue(training.id, { name: 'actor', priority: training.priority });
  const { lockToken } = await on.claim();
  expect(await on.start(lockToken, training)).toBe('started');
  return startAttempt(training, lockToken).training;
}

function testBatchReservations(on: StateStoreFixture): void {
  it('accepts of 100 parallel requests only as many as it can pay for', async () => {
    const results = await Promise.all(
      Array.from({ length: 100 }, () =>
        on.store.accept(buildInBatch(0.3), { exclusive: true, batchBudgetUsd: 10 }),
      ),
    );
    expect(results.filter(({ kind }) => kind === 'accepted')).toHaveLength(33);
    expect(results.filter(({ kind }) => kind === 'over_budget')).toHaveLength(67);
    expect(await getBatchBudget(on)).toEqual({ batchId: 'b1', limitUsd: 10, usedUsd: 9.9 });
  });

  it('gets the reservation of a training back that is cancelled before it runs, and pays the actual cost of a run', async () => {
    const [one, two] = [buildInBatch(4), buildInBatch(4)];
    for (const each of [one, two]) await on.store.accept(each, { exclusive: true, batchBudgetUsd: 8 });
    expect(await on.store.accept(buildInBatch(4), { exclusive: true })).toEqual({
      kind: 'over_budget',
      leftUsd: 0,
    });
    await on.save(two, { ...CANCEL_REQUESTED, at: 4 });
    expect(await getBatchBudget(on)).toMatchObject({ usedUsd: 4 });
    await on.save(await startQueued(on, one), acceptedRun('run-6'), endedRun('run-6', 8));
    expect(await getBatchBudget(on)).toMatchObject({ usedUsd: 1.5 });
  });
}

function testBatchRelease(on: StateStoreFixture): void {
  it('limits the release of a held training unless an operator lifts the limit', async () => {
    const one = buildInBatch(4);
    await on.store.accept(one, { exclusive: true, batchBudgetUsd: 6 });
    const held = await on.save(one, {
      type: 'budget_held',
      at: 4,
      cause: 'dispatcher',
      of: 'batch',
      reason: 'r',
    });
    expect(await getBatchBudget(on)).toMatchObject({ usedUsd: 0 });
    const release = (withinBatchBudget: boolean) => {
      const event: TrainingEvent = {
        type: 'budget_released',
        at: 5,
        cause: 'api',
        by: 'ana',
        reservedUsd: 7,
        withinBatchBudget,
      };
      return on.store.save(applyEvent(held, event).training, event, held);
    };
    expect(await release(true)).toBe('over_budget');
    expect(await release(false)).toBe('saved');
    expect(await getBatchBudget(on)).toMatchObject({ usedUsd: 7 });
  });

  it('refuses the start of an attempt that it cannot pay for', async () => {
    const training = buildInBatch(4);
    await on.store.accept(training, { exclusive: true, batchBudgetUsd: 4 });
    const held = await on.save(training, {
      type: 'budget_held',
      at: 4,
      cause: 'dispatcher',
      of: 'batch',
      reason: 'r',
    });
    const other = buildInBatch(4);
    expect(await on.store.accept(other, { exclusive: true })).toEqual({ kind: 'accepted' });
    await on.handle.queue.enqueue(held.id, { name: 'actor', priority: 10 });
    const { lockToken } = await on.claim();
    const { hold: _, ...released } = held as Queued;
    expect(await on.start(lockToken, { ...released, reservedUsd: 4 } as Training)).toBe('over_batch_budget');
  });
}

function testAccounts(on: StateStoreFixture): void {
  it('show the expected cost of a live run as committed, and its actual or assumed cost after its end', async () => {
    const { budgets } = on.handle;
    const first = await on.startNew(costing(4));
    expect(await budgets.getAccounts(6)).toMatchObject({ committedUsd: 4, day: { spentUsd: 0 } });
    await on.save(first, acceptedRun('run-6'), endedRun('run-6', 8));
    await on.store.setControl({ maxConcurrency: 3 });
    const second = await on.startNew(costing(2));
    await on.save(second, { type: 'attempt_expired', at: 7, cause: 'poll', attempt: 1 });
    expect(await budgets.getAccounts(9)).toEqual({
      day: { period: '1970-01-01', spentUsd: 3.5, assumedUsd: 2, unknownRuns: 1 },
      month: { period: '1970-01', spentUsd: 3.5, assumedUsd: 2, unknownRuns: 1 },
      committedUsd: 0,
    });
    expect(await budgets.getAccounts(DAY_MS + 9)).toMatchObject({
      day: { period: '1970-01-02', spentUsd: 0 },
      month: { spentUsd: 3.5 },
    });
  });
}

function testPeriodBudget(on: StateStoreFixture): void {
  it('refuse a start beyond the budget of the day, and record the refusal until the budget changes', async () => {
    const { budgets } = on.handle;
    await budgets.setLimits({ dayUsd: 5 });
    await on.startNew(costing(3));
    const second = await on.enqueue(costing(3));
    const { lockToken } = await on.claim();
    expect(await on.start(lockToken, second)).toBe('over_budget');
    expect(await budgets.getAccounts(6)).toMatchObject({ committedUsd: 3, refused: { usd: 3 } });
    await budgets.setLimits({ dayUsd: null });
    const accounts = await budgets.getAccounts(6);
    expect(accounts).not.toHaveProperty('refused');
    expect(accounts.day).not.toHaveProperty('budgetUsd');
  });
}

function testRestoredAccounts(on: StateStoreFixture): void {
  it('are equal after all trainings were restored into an empty store', async () => {
    const started = await on.startNew(costing(4, { batchId: 'b2' }));
    const ended = await on.save(started, acceptedRun('run-6'), endedRun('run-6', 8), OUTPUT_VERIFIED);
    await on.store.setControl({ maxConcurrency: 3 });
    const live = await on.startNew(costing(2));
    const accounts = await on.handle.budgets.getAccounts(9);
    const readSamples = () => on.handle.budgets.listPaceSamples('A100');
    await expect
      .poll(readSamples)
      .toMatchObject([{ executionSeconds: 1_500, delaySeconds: 20, steps: 1_000 }]);
    const samples = await readSamples();
    await on.open();
    for (const result of ['restored', 'known'])
      for (const each of [ended, live]) expect(await on.store.restore(each)).toBe(result);
    expect(await on.handle.budgets.getAccounts(9)).toEqual(accounts);
    await expect.poll(readSamples).toEqual(samples);
  });
}
