import type { Training, TrainingEvent } from '@trainyard/domain';
import { applyEvent } from '@trainyard/testing/builders';
import { describe, expect, it } from 'vitest';
import {
  acceptedRun,
  CANCEL_REQUESTED,
  endedRun,
  OUTPUT_VERIFIED,
  type StateStoreFixture,
} from './fixture.ts';

/** The index of the owners of runs (docs/concepts/unconfirmed-submissions.md). */
export function testRunOwners(on: StateStoreFixture): void {
  describe('the owner of a run', () => {
    testClaims(on);
    testAnswers(on);
    testReturnedRun(on);
    testRestoredRuns(on);
  });
}

/** An event that gives a run to attempt 1 without an answer of the provider. */
function adoptedRun(runId: string, cause: 'webhook' | 'person' = 'webhook'): TrainingEvent {
  return { ...acceptedRun(runId), cause } as TrainingEvent;
}

/** Saves an event. @returns the result */
function trySave(on: StateStoreFixture, before: Training, event: TrainingEvent) {
  const next = applyEvent(before, event);
  return on.store.save(next.training, next.event, next.before);
}

const PRICED = { request: { expected: { durationSeconds: 1, costUsd: 4 } } };

function testClaims(on: StateStoreFixture): void {
  it('is the first attempt that claims it; every other adoption is refused and changes no data', async () => {
    const [first, second] = [await on.startNew(), await on.startNew()];
    expect(await on.store.findRunOwner('ep', 'r')).toBeUndefined();
    await on.save(first, adoptedRun('r'));
    for (const cause of ['webhook', 'person'] as const)
      expect(await trySave(on, second, adoptedRun('r', cause))).toBe('run_belongs_to_another');
    expect(await on.load(second.id)).toEqual(second);
    expect(await on.store.findRunOwner('ep', 'r')).toEqual({ trainingId: first.id, attempt: 1 });
    expect(await on.store.findRunOwner('other-endpoint', 'r')).toBeUndefined();
  });

  it('is one of two attempts that adopt it at the same time', async () => {
    const both = [await on.startNew(), await on.startNew()];
    const results = await Promise.all(both.map((each) => trySave(on, each, adoptedRun('r'))));
    expect(results.sort()).toEqual(['run_belongs_to_another', 'saved']);
  });

  it('stays the attempt after its training has ended', async () => {
    const first = await on.startNew();
    await on.save(first, acceptedRun('r'), endedRun('r', 7), OUTPUT_VERIFIED);
    expect(await trySave(on, await on.startNew(), adoptedRun('r'))).toBe('run_belongs_to_another');
  });
}

function testAnswers(on: StateStoreFixture): void {
  it('is the attempt of the provider’s answer, whichever attempt adopted it', async () => {
    const [first, second] = [await on.startNew(), await on.startNew()];
    const adopting = await on.save(first, adoptedRun('r'));
    await on.save(second, acceptedRun('r'));
    expect(await on.store.findRunOwner('ep', 'r')).toEqual({
      trainingId: second.id,
      attempt: 1,
      answered: true,
    });
    expect(await on.store.findByAlias('r')).toBe(second.id);
    const ended = endedRun('r', 9);
    expect(await trySave(on, adopting, ended), 'no save continues on the lost run').toBe(
      'run_belongs_to_another',
    );
    expect(await trySave(on, adopting, { ...CANCEL_REQUESTED, at: 9 })).toBe('run_belongs_to_another');
  });

  it('is the first of two answers that name the same run', async () => {
    const [first, second] = [await on.startNew(), await on.startNew()];
    await on.save(first, acceptedRun('r'));
    expect(await trySave(on, second, acceptedRun('r'))).toBe('run_belongs_to_another');
    expect(await on.store.findRunOwner('ep', 'r')).toMatchObject({ trainingId: first.id });
  });

  it('lets a training that has ended on the run stay as it ended', async () => {
    const [first, second] = [await on.startNew(), await on.startNew()];
    const completed = await on.save(first, adoptedRun('r'), endedRun('r', 7), OUTPUT_VERIFIED);
    await on.save(second, acceptedRun('r'));
    const marked = { type: 'attention_raised', at: 12, cause: 'poll', reason: 'check' } as const;
    expect(await trySave(on, completed, marked)).toBe('saved');
    expect((await on.load(first.id)).status).toBe('completed');
  });

  it('is no attempt that would take an orphaned run from a different attempt', async () => {
    const [first, second] = [await on.startNew(), await on.startNew()];
    await on.save(first, adoptedRun('r'));
    const event = {
      ...acceptedRun('r'),
      type: 'run_orphaned',
      endpointId: 'ep',
      attemptDeadline: 9,
    } as const;
    expect(await trySave(on, second, event as TrainingEvent)).toBe('run_belongs_to_another');
    await on.save(second, { ...event, runId: 'free' } as TrainingEvent);
    expect(await on.store.findRunOwner('ep', 'free')).toMatchObject({ trainingId: second.id });
  });
}

function testReturnedRun(on: StateStoreFixture): void {
  it('holds a slot again after it returned the run from finalizing, above the limit, without its cost', async () => {
    await on.open(1);
    const first = await on.save(await on.startNew(PRICED), adoptedRun('r'), endedRun('r', 7));
    expect(await on.store.listActiveAttempts()).toEqual([]);
    expect((await on.handle.budgets.getAccounts(9)).day.spentUsd).toBe(1.5);
    await on.handle.queue.finish(first.id, 'attempt' in first ? (first.attempt?.lockToken ?? '') : '', {
      status: 'completed',
    });
    const second = await on.startNew();
    await on.save(second, acceptedRun('r'));
    await on.save(first, { type: 'run_claimed_twice', at: 9, cause: 'poll', attempt: 1, runId: 'r' });
    const active = (await on.store.listActiveAttempts()).map(({ trainingId }) => trainingId);
    expect(active.sort()).toEqual([first.id, second.id].sort());
    expect(await on.handle.budgets.getAccounts(9)).toMatchObject({ day: { spentUsd: 0 }, committedUsd: 4 });
    expect(await trySave(on, await on.load(first.id), adoptedRun('r'))).toBe('run_belongs_to_another');
  });
}

function testRestoredRuns(on: StateStoreFixture): void {
  it('is restored from the backup, where an answer outranks an adoption in any order', async () => {
    const adopted = { attempt: 1, endpointId: 'ep', runId: 'r' };
    const answered = { ...adopted, attempt: 2, answered: true } as const;
    for (const order of [
      [adopted, answered],
      [answered, adopted],
    ]) {
      await on.open();
      for (const claim of order) await on.store.restoreRuns(`t${claim.attempt}`, [claim]);
      expect(await on.store.findRunOwner('ep', 'r')).toEqual({
        trainingId: 't2',
        attempt: 2,
        answered: true,
      });
    }
    await on.store.restoreRuns('t3', []);
    expect(await trySave(on, await on.startNew(), adoptedRun('r'))).toBe('run_belongs_to_another');
  });
}
