import { describe, expect, it } from 'vitest';
import { acceptedRun, endedRun, type StateStoreFixture } from './fixture.ts';

/** The start of an attempt, which acquires a slot (I1). */
export function testStart(on: StateStoreFixture): void {
  describe('start', () => {
    testSlots(on);
    testLocks(on);
    testClosedDispatch(on);
    testProbeRun(on);
  });
}

function testSlots(on: StateStoreFixture): void {
  it('acquires one slot when the same start is repeated', async () => {
    const training = await on.enqueue();
    const { lockToken } = await on.claim();
    expect(await on.start(lockToken, training)).toBe('started');
    expect(await on.start(lockToken, training)).toBe('started');
    expect(await on.store.listActiveAttempts()).toMatchObject([{ trainingId: training.id, attempt: 1 }]);
    expect(await on.store.listEvents(training.id)).toHaveLength(2);
  });

  it('refuses a start beyond the concurrency limit, however many jobs the queue hands out', async () => {
    for (let n = 0; n < 3; n += 1) await on.enqueue();
    await on.store.setControl({ maxConcurrency: 3 });
    const jobs = [await on.claim(), await on.claim(), await on.claim()];
    await on.store.setControl({ maxConcurrency: 2 });
    const results: string[] = [];
    for (const { trainingId, lockToken } of jobs)
      results.push(await on.start(lockToken, await on.load(trainingId)));
    expect(results).toEqual(['started', 'started', 'full']);
    expect(await on.store.listActiveAttempts()).toHaveLength(2);
  });

  it('refuses a start while no concurrency limit is set', async () => {
    await on.open(0);
    const training = await on.enqueue();
    const { lockToken } = await on.claim();
    expect(await on.start(lockToken, training)).toBe('limit_missing');
  });

  it('releases the slot with the save of the end of the run, and with no earlier save', async () => {
    const submitted = await on.save(await on.startNew(), acceptedRun('r'));
    expect(await on.store.listActiveAttempts()).toHaveLength(1);
    await on.save(submitted, endedRun('r', 7));
    expect(await on.store.listActiveAttempts()).toEqual([]);
  });
}

function testLocks(on: StateStoreFixture): void {
  it('refuses a start under a wrong lock token, and of a job that is not active', async () => {
    const training = await on.enqueue();
    expect(await on.start('token', training)).toBe('lock_mismatch');
    await on.claim();
    expect(await on.start('token', training)).toBe('lock_mismatch');
    expect(await on.store.listActiveAttempts()).toEqual([]);
  });

  it('refuses a start of a training that changed since it was read', async () => {
    const training = await on.enqueue();
    const { lockToken } = await on.claim();
    await on.save(training, { type: 'priority_changed', at: 3, cause: 'api', priority: 3 });
    expect(await on.start(lockToken, training)).toBe('stale');
  });

  it('adopts an orphaned job by replacing its lock token, after which the stalled dispatcher has no effect', async () => {
    const training = await on.enqueue();
    const stalled = await on.claim();
    const [found] = await on.consumer.listActive();
    expect(found).toMatchObject({ trainingId: training.id, lockToken: stalled.lockToken, exists: true });
    expect(await on.start('fresh', training, found?.lockToken)).toBe('started');
    expect(await on.start(stalled.lockToken, training)).toBe('stale');
    await on.handle.queue.finish(training.id, stalled.lockToken, { status: 'completed' });
    expect(await on.consumer.listActive()).toHaveLength(1);
    await on.handle.queue.finish(training.id, 'fresh', { status: 'completed' });
    expect(await on.consumer.listActive()).toHaveLength(0);
  });
}

function testClosedDispatch(on: StateStoreFixture): void {
  it('refuses a start while dispatch is paused and while the gate is closed', async () => {
    const training = await on.enqueue();
    const { lockToken } = await on.claim();
    await on.store.setControl({ paused: true });
    expect(await on.start(lockToken, training)).toBe('closed');
    const gate = { reason: 'no credit', since: 1, reopensWhen: 'health_answer' } as const;
    await on.store.setControl({ paused: false, gate });
    expect(await on.start(lockToken, training)).toBe('closed');
    await on.store.setControl({ gate: null });
    expect(await on.start(lockToken, training)).toBe('started');
    await on.store.setControl({ paused: true });
    expect(await on.start(lockToken, training), 'a repeated start').toBe('started');
  });

  it('refuses a start without an epoch', async () => {
    const training = await on.enqueue();
    const { lockToken } = await on.claim();
    await on.store.fence(undefined);
    expect(await on.start(lockToken, training)).toBe('limit_missing');
  });
}

function testProbeRun(on: StateStoreFixture): void {
  it('admits exactly one training through a closed gate that offers a probe run', async () => {
    const [first, second] = [await on.enqueue(), await on.enqueue()];
    const [one, two] = [await on.claim(), await on.claim()];
    const gate = { reason: 'no credit', since: 1_767_225_600_123, reopensWhen: 'probe_run' } as const;
    await on.store.setControl({ gate });
    expect(await on.start(one.lockToken, first)).toBe('closed');
    await on.store.setControl({ probeRun: { since: 2 } });
    expect(await on.start(one.lockToken, first)).toBe('started');
    expect(await on.start(two.lockToken, second)).toBe('closed');
    expect(await on.start(one.lockToken, first)).toBe('started');
    const probeRun = { since: 2, trainingId: first.id, attempt: 1 };
    expect((await on.store.getControl()).gate).toEqual({ ...gate, probeRun });
    await on.store.setControl({ probeRun: { failedAt: 3 } });
    expect((await on.store.getControl()).gate).toEqual({ ...gate, probeFailedAt: 3 });
    expect(await on.start(two.lockToken, second)).toBe('closed');
    await on.store.setControl({ gate: null });
    expect(await on.start(two.lockToken, second)).toBe('started');
  });
}
