import { transition } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { createMemorySystem, type MemorySystem } from '../../test/memory-system.ts';
import { checkEpoch } from './epoch.ts';
import { recover } from './recover.ts';

const BACKUP_INTERVAL_MS = 30_000;

function countCompleted({ provider }: MemorySystem): number {
  return provider.runs.filter(({ outcome }) => outcome?.status === 'completed').length;
}

describe('a recovery of a flushed Redis', () => {
  it('restores queued and running trainings, and each is paid for once', async () => {
    const system = await createMemorySystem();
    const done = await system.accept();
    await system.waitForStatus(done, 'completed');
    const trainings = [await system.accept(), await system.accept(), await system.accept()];
    await system.run(2 * BACKUP_INTERVAL_MS);
    system.backend.flush();
    expect(await checkEpoch(system.deps)).toBe('recover_required');
    const planned = await recover(system.deps, { dryRun: true });
    expect(planned.trainings).toHaveLength(4);
    expect(await system.deps.store.load(done.id)).toBeUndefined();
    expect(await recover(system.deps)).toMatchObject({ opened: true, unreadable: [] });
    for (const training of trainings) await system.waitForStatus(training, 'completed');
    expect(await system.load(done)).toMatchObject({ status: 'completed' });
    expect([system.provider.runs.length, countCompleted(system)]).toEqual([4, 4]);
    expect((await recover(system.deps)).trainings.every(({ action }) => action === 'known')).toBe(true);
  });

  it('restores the count of failed runs, so that the next failure closes the gate', async () => {
    const failure = { class: 'unknown', code: 'unknown', message: 'something new' } as const;
    const system = await createMemorySystem({ settings: { maxAttempts: 1 } });
    for (let runs = 0; runs < 4; runs += 1) {
      system.provider.plans.push({ failure });
      await system.waitForStatus(await system.accept(), 'failed');
    }
    await system.run(2 * BACKUP_INTERVAL_MS);
    system.backend.flush();
    await recover(system.deps);
    expect(await system.deps.store.getControl()).toMatchObject({ failedRuns: 4 });
    system.provider.plans.push({ failure });
    await system.waitForStatus(await system.accept(), 'failed');
    const control = await system.deps.store.getControl();
    expect(control).toMatchObject({ failedRuns: 5, gate: { reopensWhen: 'verified_model' } });
  });

  it('restores the owners of runs before any kept webhook is read, also of former attempts', async () => {
    const failure = { class: 'provider', code: 'worker', message: 'worker exited' } as const;
    const system = await createMemorySystem();
    system.provider.plans.push({ failure });
    const done = await system.waitForStatus(await system.accept(), 'completed');
    expect(done.runs?.map(({ runId, attempt }) => `${attempt}:${runId}`)).toEqual(['1:run-1', '2:run-2']);
    const other = await system.waitForStatus(await system.accept(), 'running');
    await system.run(2 * BACKUP_INTERVAL_MS);
    system.backend.flush();
    await recover(system.deps);
    for (const [runId, trainingId, attempt] of [
      ['run-1', done.id, 1],
      ['run-2', done.id, 2],
      ['run-3', other.id, 1],
    ] as const)
      expect(await system.deps.store.findRunOwner('ep', runId)).toEqual({
        trainingId,
        attempt,
        answered: true,
      });
  });

  it('makes a save stale that was read before the loss', async () => {
    const system = await createMemorySystem();
    const training = await system.accept();
    await system.run(2 * BACKUP_INTERVAL_MS);
    const lost = await system.load(training);
    system.backend.flush();
    await recover(system.deps);
    expect((await system.load(training)).rev).toBeGreaterThan(10_000_000);
    const event = { type: 'attention_raised', at: 1, cause: 'dispatcher', reason: 'read before' } as const;
    for (let ahead = 0; ahead < 5; ahead += 1) {
      const before = { ...lost, rev: lost.rev + ahead };
      expect(await system.deps.store.save(transition(before, event).training, event, before)).toBe('stale');
    }
    await system.waitForStatus(training, 'completed');
    expect(system.provider.runs).toHaveLength(1);
  });
});

describe('a recovery of a Redis that was restored from an old copy', () => {
  it('counts failed runs from 0 when a model was verified since', async () => {
    const failure = { class: 'unknown', code: 'unknown', message: 'something new' } as const;
    const system = await createMemorySystem({ settings: { maxAttempts: 1 } });
    system.provider.plans.push({ failure });
    await system.waitForStatus(await system.accept(), 'failed');
    await system.run(2 * BACKUP_INTERVAL_MS);
    const restoreOldCopy = system.backend.snapshot();
    await system.waitForStatus(await system.accept(), 'completed');
    await system.run(2 * BACKUP_INTERVAL_MS);
    restoreOldCopy();
    expect(await system.deps.store.getControl()).toMatchObject({ failedRuns: 1 });
    await recover(system.deps);
    expect(await system.deps.store.getControl()).not.toHaveProperty('failedRuns');
  });

  it('restores the newer attempts, costs and settings, and each training is paid for once', async () => {
    const system = await createMemorySystem();
    const trainings = [await system.accept(), await system.accept(), await system.accept()];
    await system.run(2 * BACKUP_INTERVAL_MS);
    const restoreOldCopy = system.backend.snapshot();
    const [first, , third] = trainings;
    if (!first || !third) throw new Error('a training is missing');
    await system.waitForStatus(first, 'completed');
    await system.deps.store.setControl({ reason: 'after the copy' });
    await system.waitFor(async () => (await system.load(third)).attemptsStarted === 1);
    await system.run(2 * BACKUP_INTERVAL_MS);
    restoreOldCopy();
    expect(await checkEpoch(system.deps)).toBe('recover_required');
    const runs = system.provider.runs.length;
    await system.run(10 * BACKUP_INTERVAL_MS);
    expect(system.provider.runs).toHaveLength(runs);
    expect((await system.load(third)).attemptsStarted).toBe(0);
    expect(await recover(system.deps)).toMatchObject({ opened: true, unreadable: [] });
    expect((await system.deps.store.getControl()).reason).toBe('after the copy');
    for (const training of trainings) await system.waitForStatus(training, 'completed');
    expect(system.provider.runs).toHaveLength(3);
  });
});
