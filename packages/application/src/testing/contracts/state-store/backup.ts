import type { Training } from '@trainyard/domain';
import { applyEvents, buildTraining, startAttempt } from '@trainyard/testing/builders';
import { describe, expect, it } from 'vitest';
import {
  acceptedRun,
  CANCEL_REQUESTED,
  END_RECORDED,
  endedRun,
  OUTPUT_VERIFIED,
  type StateStoreFixture,
} from './fixture.ts';

/** Pending backups, restores, epoch and high-water mark. */
export function testBackup(on: StateStoreFixture): void {
  describe('listPendingBackups', () => testPendingBackups(on));
  describe('restore', () => {
    testRestore(on);
    testRestoreConflicts(on);
  });
  describe('the high-water mark', () => testHighWaterMark(on));
}

function testPendingBackups(on: StateStoreFixture): void {
  const findPending = async (id: string) =>
    (await on.store.listPendingBackups(1_000)).find(({ trainingId }) => trainingId === id);

  it('lists a training whose priority changed without a change of status', async () => {
    const queued = await on.accept();
    await on.store.markBackedUp({ trainingId: queued.id, rev: queued.rev });
    expect(await findPending(queued.id)).toBeUndefined();
    const changed = await on.save(queued, { type: 'priority_changed', at: 3, cause: 'api', priority: 3 });
    expect(await findPending(queued.id)).toEqual({ trainingId: queued.id, rev: changed.rev });
  });

  it('lists a training whose cancellation was requested without a change of status', async () => {
    const queued = await on.accept();
    const submitting = await on.save(queued, startAttempt(queued, 'lock').event);
    await on.store.markBackedUp({ trainingId: queued.id, rev: submitting.rev });
    const changed = await on.save(submitting, { ...CANCEL_REQUESTED, at: 6 });
    expect(changed.status).toBe(submitting.status);
    expect(await findPending(queued.id)).toEqual({ trainingId: queued.id, rev: changed.rev });
  });

  it('keeps a newer revision pending when an older one was backed up', async () => {
    const queued = await on.accept();
    const cancelled = await on.save(queued, CANCEL_REQUESTED);
    await on.store.markBackedUp({ trainingId: queued.id, rev: queued.rev });
    expect(await findPending(queued.id)).toEqual({ trainingId: queued.id, rev: cancelled.rev });
  });
}

/** A queued training of a batch with a budget of 10 USD and an expected cost of 4 USD. */
async function acceptInBatch(on: StateStoreFixture): Promise<Training> {
  const queued = buildTraining({
    request: { batchId: 'b1', expected: { durationSeconds: 1, costUsd: 4 } },
  });
  await on.store.accept(queued, { exclusive: true, batchBudgetUsd: 10 });
  return queued;
}

async function getUsedUsd(on: StateStoreFixture): Promise<number | undefined> {
  return (await on.handle.budgets.listBatchBudgets())[0]?.usedUsd;
}

async function listIds(on: StateStoreFixture, ...status: Training['status'][]): Promise<readonly string[]> {
  return (await on.store.list({ status, batchId: 'b1', limit: 10 })).items.map(({ id }) => id);
}

function testRestore(on: StateStoreFixture): void {
  it('acquires the slot of a live attempt, and moves the training in lists and aliases', async () => {
    const queued = await acceptInBatch(on);
    const submitted = applyEvents(queued, startAttempt(queued, 'token').event, acceptedRun('run-6'));
    expect(await on.store.restore(submitted, queued)).toBe('restored');
    expect(await on.load(queued.id)).toEqual(submitted);
    expect(await listIds(on, 'queued')).toEqual([]);
    expect(await listIds(on, 'submitted')).toEqual([queued.id]);
    expect(await on.store.listActiveAttempts()).toMatchObject([{ trainingId: queued.id, attempt: 1 }]);
    expect(await on.store.findByAlias('run-6')).toBe(queued.id);
    expect(await on.store.listPendingBackups(10)).toEqual([{ trainingId: queued.id, rev: submitted.rev }]);
    expect(await getUsedUsd(on)).toBe(4);
  });

  it('releases the slot of an ended run, and books its cost once', async () => {
    const queued = await acceptInBatch(on);
    const submitted = applyEvents(queued, startAttempt(queued, 'token').event, acceptedRun('run-6'));
    await on.store.restore(submitted, queued);
    const ended = applyEvents(submitted, endedRun('run-6', 8), OUTPUT_VERIFIED, END_RECORDED);
    for (const result of ['restored', 'known']) expect(await on.store.restore(ended, submitted)).toBe(result);
    expect(await on.store.listActiveAttempts()).toEqual([]);
    expect(await listIds(on, 'completed')).toEqual([queued.id]);
    expect(await on.store.listUnfinished(queued.request.subject)).toEqual([]);
    expect(await on.handle.budgets.getAccounts(9)).toMatchObject({ day: { spentUsd: 1.5 } });
    expect(await getUsedUsd(on)).toBe(1.5);
    expect(await on.store.listPrunable(100, 10)).toEqual([queued.id]);
  });
}

function testRestoreConflicts(on: StateStoreFixture): void {
  it('cancels the pruning of a training that had ended and is unfinished again', async () => {
    const queued = await acceptInBatch(on);
    const cancelled = applyEvents(queued, { ...CANCEL_REQUESTED, at: 4 }, END_RECORDED);
    await on.store.restore(cancelled, queued);
    expect(await on.store.listPrunable(100, 10)).toEqual([queued.id]);
    const live = applyEvents(queued, startAttempt(queued, 'token').event, acceptedRun('run-6'));
    expect(await on.store.restore({ ...live, rev: cancelled.rev + 1 }, cancelled)).toBe('restored');
    expect(await on.store.listPrunable(100, 10)).toEqual([]);
    expect(await on.store.listUnfinished(queued.request.subject)).toEqual([queued.id]);
  });

  it('leaves a training unchanged that changed since it was read', async () => {
    const queued = await acceptInBatch(on);
    const moved = await on.save(queued, { type: 'priority_changed', at: 4, cause: 'api', priority: 5 });
    const submitted = applyEvents(queued, startAttempt(queued, 'token').event, acceptedRun('run-6'));
    expect(await on.store.restore(submitted, queued)).toBe('known');
    expect(await on.store.restore(submitted)).toBe('known');
    expect(await on.load(queued.id)).toEqual(moved);
  });
}

function testHighWaterMark(on: StateStoreFixture): void {
  it('is advanced by the first of two writers', async () => {
    await Promise.all([
      on.store.advanceHighWaterMark(undefined, '1.a'),
      on.store.advanceHighWaterMark(undefined, '1.b'),
    ]);
    expect((await on.store.getControl()).highWaterMark).toBe('1.a');
  });

  it('fences only the store that still has it', async () => {
    await on.store.advanceHighWaterMark(undefined, '1.a');
    await on.store.fence(undefined);
    await on.store.fence('2.a');
    expect((await on.store.getControl()).epoch).toBe('epoch-1');
    await on.store.fence('1.a');
    expect((await on.store.getControl()).epoch).toBeUndefined();
  });

  it('belongs to an epoch that is established once', async () => {
    expect(await on.store.establishEpoch('epoch-2')).toBe('epoch-1');
    await on.store.fence(undefined);
    expect(await on.store.establishEpoch('epoch-2')).toBe('epoch-2');
  });
}
