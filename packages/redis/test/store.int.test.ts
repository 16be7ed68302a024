import { StoreUnavailableError } from '@trainyard/application';
import { applyEvent, buildTraining, startAttempt } from '@trainyard/testing/builders';
import { openTestBackend, startTestRedis, type TestRedis } from '@trainyard/testing/redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisBackend } from '../src/index.ts';

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

const cancelled = { type: 'cancel_requested', at: 9, cause: 'api', by: 'ana' } as const;

describe('accept', () => {
  it('saves the training with its first event', async () => {
    const training = buildTraining();
    expect(await on.store.accept(training, { exclusive: true })).toEqual({ kind: 'accepted' });
    expect(await on.store.load(training.id)).toEqual(training);
    expect(await on.store.listEvents(training.id)).toMatchObject([
      { seq: 1, type: 'accepted', from: null, to: 'queued' },
    ]);
  });

  it('makes one training of a hundred parallel posts with one key', async () => {
    const claim = { key: 'k1', fingerprint: 'f' };
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        on.store.accept(buildTraining({ subjectId: 'one' }), { exclusive: true, claim }),
      ),
    );
    expect(answers.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
    expect(answers.filter(({ kind }) => kind === 'replayed')).toHaveLength(99);
    expect(await on.store.listUnfinished({ kind: 'actor', id: 'one' })).toHaveLength(1);
  });

  it('refuses the same key with another body', async () => {
    const first = buildTraining();
    await on.store.accept(first, { exclusive: true, claim: { key: 'k2', fingerprint: 'f' } });
    const second = await on.store.accept(buildTraining(), {
      exclusive: true,
      claim: { key: 'k2', fingerprint: 'g' },
    });
    expect(second).toEqual({ kind: 'conflict', trainingId: first.id });
  });

  it('refuses a busy subject unless told otherwise, and takes it again when it is free', async () => {
    const first = buildTraining({ subjectId: 'busy' });
    await on.store.accept(first, { exclusive: true });
    const again = () => on.store.accept(buildTraining({ subjectId: 'busy' }), { exclusive: true });
    expect(await again()).toEqual({ kind: 'subject_busy', trainingId: first.id });
    expect(await on.store.accept(buildTraining({ subjectId: 'busy' }), { exclusive: false })).toEqual({
      kind: 'accepted',
    });
    for (const id of await on.store.listUnfinished({ kind: 'actor', id: 'busy' })) {
      const { training, event, before } = applyEvent((await on.store.load(id))!, cancelled);
      await on.store.save(training, event, before);
    }
    expect(await again()).toEqual({ kind: 'accepted' });
  });
});

describe('save', () => {
  it('lets only the first of two writers of one revision through', async () => {
    const training = buildTraining();
    await on.store.accept(training, { exclusive: true });
    const writes = [11, 12].map((priority) =>
      applyEvent(training, { type: 'priority_changed', at: 2, cause: 'api', priority }),
    );
    const answers = await Promise.all(
      writes.map((write) => on.store.save(write.training, write.event, write.before)),
    );
    expect(answers.sort()).toEqual(['saved', 'stale']);
    expect(await on.store.listEvents(training.id)).toHaveLength(2);
  });

  it('moves the training between the indexes and out of what is owed at the very end', async () => {
    const training = buildTraining({ subjectId: 'indexed' });
    await on.store.accept(training, { exclusive: true });
    const ended = applyEvent(training, cancelled);
    await on.store.save(ended.training, ended.event, ended.before);
    const listed = (status: 'queued' | 'cancelled') =>
      on.store.list({ status: [status], subject: { kind: 'actor', id: 'indexed' }, limit: 10 });
    expect((await listed('queued')).items).toHaveLength(0);
    expect((await listed('cancelled')).items.map(({ id }) => id)).toEqual([training.id]);
    const owed = async () => (await Array.fromAsync(on.store.listPending())).includes(training.id);
    expect(await owed()).toBe(true);
    const recorded = applyEvent(ended.training, { type: 'end_recorded', at: 10, cause: 'store' });
    await on.store.save(recorded.training, recorded.event, recorded.before);
    expect(await owed()).toBe(false);
  });
});

describe('what is owed to the journal', () => {
  const requests = [
    { type: 'priority_changed', at: 3, cause: 'api', priority: 3 },
    { type: 'cancel_requested', at: 3, cause: 'api', by: 'ana' },
  ] as const;
  it.each(requests)('is a request that leaves the state as it is: $type', async (request) => {
    const queued = buildTraining();
    await on.store.accept(queued, { exclusive: true });
    const waits = request.type === 'priority_changed';
    const before = waits ? queued : startAttempt(queued, 'lock').training;
    if (!waits) await on.store.save(before, startAttempt(queued, 'lock').event, queued);
    const owing = async () =>
      (await on.store.listPendingBackups(1_000)).find((d) => d.trainingId === queued.id);
    await on.store.markBackedUp({ trainingId: queued.id, rev: before.rev });
    expect(await owing()).toBeUndefined();
    const { training, event } = applyEvent(before, request);
    expect(await on.store.save(training, event, before)).toBe('saved');
    expect(training.status).toBe(before.status);
    expect(await owing()).toEqual({ trainingId: queued.id, rev: training.rev });
  });
});

describe('lists', () => {
  it('page newest first and stay stable while new trainings come in', async () => {
    const trainings = Array.from({ length: 7 }, () => buildTraining({ subjectId: 'paged' }));
    for (const training of trainings) await on.store.accept(training, { exclusive: false });
    const query = { subject: { kind: 'actor', id: 'paged' }, limit: 3 } as const;
    const first = await on.store.list(query);
    await on.store.accept(buildTraining({ subjectId: 'paged' }), { exclusive: false });
    const second = await on.store.list({ ...query, cursor: first.nextCursor! });
    const third = await on.store.list({ ...query, cursor: second.nextCursor! });
    const seen = [first, second, third].flatMap(({ items }) => items.map(({ id }) => id));
    expect(seen).toEqual(trainings.map(({ id }) => id).reverse());
    expect(third.nextCursor).toBeUndefined();
  });

  it('find a training by its other names', async () => {
    const training = buildTraining({ requestId: '0019_123' });
    await on.store.accept(training, { exclusive: true });
    expect(await on.store.findByAlias('0019_123')).toBe(training.id);
    expect(await on.store.findByAlias(training.request.jobId)).toBe(training.id);
    expect(await on.store.findByAlias('nobody')).toBeUndefined();
  });
});

describe('webhook notes', () => {
  it('keep the newest five of an attempt', async () => {
    for (let at = 1; at <= 7; at += 1) await on.store.recordWebhook('t', { at, attempt: 1 });
    expect((await on.store.listWebhooks('t', 1)).map(({ at }) => at)).toEqual([7, 6, 5, 4, 3]);
    expect(await on.store.listWebhooks('t', 2)).toEqual([]);
  });
});

describe('control', () => {
  it('is initialised by the environment once and belongs to the store from then on', async () => {
    await on.store.setControl({ maxConcurrency: 3, paused: true, reason: 'night' });
    const other = await openTestBackend(redis, 9);
    expect(await other.store.getControl()).toEqual({
      maxConcurrency: 3,
      paused: true,
      reason: 'night',
      epoch: 'epoch-1',
    });
    expect(await other.store.setControl({ paused: false, maxConcurrency: 2 })).toEqual({
      maxConcurrency: 2,
      paused: false,
      epoch: 'epoch-1',
    });
    await other.close();
  });
  it('never removes the bound', async () => {
    await expect(on.store.setControl({ maxConcurrency: 0 })).rejects.toMatchObject({
      code: 'invalid_concurrency_limit',
    });
    expect((await on.store.getControl()).maxConcurrency).toBe(2);
  });
});

describe('a Redis that is away', () => {
  it('is named as such, and comes back with everything after a power cut', async () => {
    const own = await startTestRedis();
    const opened = await openTestBackend(own);
    const training = buildTraining();
    await opened.store.accept(training, { exclusive: true });
    await own.restart();
    expect(await opened.store.load(training.id)).toEqual(training);
    process.kill(own.pid, 'SIGSTOP');
    await expect(opened.store.load(training.id)).rejects.toBeInstanceOf(StoreUnavailableError);
    process.kill(own.pid, 'SIGCONT');
    expect(await opened.store.load(training.id)).toEqual(training);
    await opened.close();
    await own.close();
  });
});
