import { applyEvent, buildTraining } from '@trainyard/testing/builders';
import { describe, expect, it } from 'vitest';
import { CANCEL_REQUESTED, END_RECORDED, type StateStoreFixture } from './fixture.ts';

/** Acceptance, saves, and the pruning of ended trainings. */
export function testWrites(on: StateStoreFixture): void {
  describe('accept', () => {
    testAccept(on);
    testClaims(on);
  });
  describe('save', () => testSave(on));
  describe('prune', () => testPrune(on));
}

function testAccept(on: StateStoreFixture): void {
  it('saves the training with its first event', async () => {
    const training = await on.accept();
    expect(await on.store.load(training.id)).toEqual(training);
    expect(await on.store.listEvents(training.id)).toMatchObject([
      { seq: 1, type: 'accepted', from: null, to: 'queued' },
    ]);
  });

  it('rejects a busy subject when exclusive, and accepts it again once its trainings have ended', async () => {
    const first = await on.accept({ subjectId: 'busy' });
    const again = () => on.store.accept(buildTraining({ subjectId: 'busy' }), { exclusive: true });
    expect(await again()).toEqual({ kind: 'subject_busy', trainingId: first.id });
    await on.accept({ subjectId: 'busy' });
    for (const id of await on.store.listUnfinished({ kind: 'actor', id: 'busy' }))
      await on.save(await on.load(id), CANCEL_REQUESTED);
    expect(await again()).toEqual({ kind: 'accepted' });
  });
}

function testClaims(on: StateStoreFixture): void {
  it('creates one training for 100 parallel requests with one Idempotency-Key', async () => {
    const claim = { key: 'k1', fingerprint: 'f' };
    const results = await Promise.all(
      Array.from({ length: 100 }, () =>
        on.store.accept(buildTraining({ subjectId: 'one' }), { exclusive: true, claim }),
      ),
    );
    expect(results.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
    expect(results.filter(({ kind }) => kind === 'replayed')).toHaveLength(99);
    expect(await on.store.listUnfinished({ kind: 'actor', id: 'one' })).toHaveLength(1);
  });

  it('rejects a known Idempotency-Key with a different body', async () => {
    const first = buildTraining();
    const claim = { key: 'k2', fingerprint: 'f' };
    await on.store.accept(first, { exclusive: true, claim });
    const changed = { key: 'k2', fingerprint: 'g' };
    const conflict = { kind: 'conflict', trainingId: first.id };
    expect(await on.store.accept(buildTraining(), { exclusive: true, claim: changed })).toEqual(conflict);
    expect(await on.store.findAccepted(changed)).toEqual(conflict);
    expect(await on.store.findAccepted(claim)).toMatchObject({ kind: 'replayed', trainingId: first.id });
    expect(await on.store.findAccepted({ key: 'unknown', fingerprint: 'f' })).toBeUndefined();
  });
}

function testSave(on: StateStoreFixture): void {
  it('saves only the first of two writes of one revision', async () => {
    const training = await on.accept();
    const writes = [11, 12].map((priority) =>
      applyEvent(training, { type: 'priority_changed', at: 2, cause: 'api', priority }),
    );
    const results = await Promise.all(
      writes.map((write) => on.store.save(write.training, write.event, write.before)),
    );
    expect(results.sort()).toEqual(['saved', 'stale']);
    expect(await on.store.listEvents(training.id)).toHaveLength(2);
  });

  it('moves the training between the lists, and keeps it pending until its end is recorded', async () => {
    const training = await on.accept({ subjectId: 'indexed' });
    const ended = await on.save(training, CANCEL_REQUESTED);
    const list = async (status: 'queued' | 'cancelled') => {
      const query = { status: [status], subject: { kind: 'actor', id: 'indexed' }, limit: 10 } as const;
      return (await on.store.list(query)).items.map(({ id }) => id);
    };
    expect(await list('queued')).toEqual([]);
    expect(await list('cancelled')).toEqual([training.id]);
    const isPending = async () => (await Array.fromAsync(on.store.listPending())).includes(training.id);
    expect(await isPending()).toBe(true);
    await on.save(ended, END_RECORDED);
    expect(await isPending()).toBe(false);
  });
}

function testPrune(on: StateStoreFixture): void {
  it('replaces the request by its summary and deletes the events', async () => {
    const ended = await on.save(await on.accept(), CANCEL_REQUESTED, END_RECORDED);
    expect(await on.store.listPrunable(9, 10)).toEqual([]);
    expect(await on.store.listPrunable(10, 10)).toEqual([ended.id]);
    const summary = { ...ended.request, imageUris: [] };
    await on.store.prune(ended, summary);
    expect(await on.load(ended.id)).toEqual({ ...ended, request: summary });
    expect(await on.store.listEvents(ended.id)).toEqual([]);
    expect(await on.store.listPrunable(10, 10)).toEqual([]);
  });

  it('leaves a training unchanged that changed since it was read', async () => {
    const ended = await on.save(await on.accept(), CANCEL_REQUESTED, END_RECORDED);
    const marked = await on.save(ended, { type: 'attention_raised', at: 11, cause: 'poll', reason: 'check' });
    await on.store.prune(ended, { ...ended.request, imageUris: [] });
    expect(await on.load(ended.id)).toEqual(marked);
    expect(await on.store.listPrunable(10, 10)).toEqual([ended.id]);
  });
}
