import { type ActiveJob, listActiveAlarms, rescueOrphanedJobs } from '@trainyard/application';
import { applyEvent, buildTraining, startAttempt } from '@trainyard/testing/builders';
import { openTestBackend, realClock, startTestRedis, type TestRedis } from '@trainyard/testing/redis';
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

/** Starts an attempt that holds a slot. */
async function startTraining() {
  const training = buildTraining();
  await on.store.accept(training, { exclusive: false });
  await on.queue.enqueue(training.id, { name: 'a job', priority: 10 });
  const consumer = await on.openConsumer(() => undefined);
  const job = await consumer.claim();
  await consumer.close();
  const started = startAttempt(training, job!.lockToken);
  expect(await on.store.start(started.training, started.event, { before: training })).toBe('started');
  return started.training;
}

describe('the counts', () => {
  it('include trainings by status, used slots, pending backups, and trainings that need an operator', async () => {
    const waiting = buildTraining();
    await on.store.accept(waiting, { exclusive: false });
    await startTraining();
    const flagged = applyEvent(waiting, { type: 'attention_raised', at: 9, cause: 'poll', reason: 'look' });
    await on.store.save(flagged.training, flagged.event, waiting);
    const { byStatus, ...others } = await on.store.getCounts();
    expect(byStatus).toMatchObject({ queued: 1, submitting: 1, completed: 0 });
    expect(others).toEqual({ slotsUsed: 1, needsAttention: 1, pendingBackups: 2 });
    const depths = await on.queueDepths();
    expect(depths).toContainEqual({ queue: 'trainings', state: 'active', count: 1 });
    expect(depths).toContainEqual({ queue: 'reconcile', state: 'delayed', count: 0 });
  });
});

describe('an active attempt', () => {
  const logged: string[] = [];
  const write = (event: string) => void logged.push(event);
  const sweepJobs = async (...lists: readonly (readonly string[])[]) => {
    logged.length = 0;
    const readings = [...lists];
    const job = (trainingId: string): ActiveJob => ({
      trainingId,
      lockToken: '0',
      exists: true,
      heldForMs: 0,
    });
    const listActive = async () => ((readings.length > 1 ? readings.shift() : readings[0]) ?? []).map(job);
    const consumer = { listActive, removeFromActive: async () => undefined };
    const ids = { training: () => '', batch: () => '', nonce: () => '' };
    const log = { info: write, warn: write, error: write };
    const { store, queue, deliveries, deliveryJobs } = on;
    const parts = { store, queue, deliveries, deliveryJobs, clock: realClock, ids, log };
    const deps = { ...parts, consumer, adopt: () => undefined } as unknown as Parameters<
      typeof rescueOrphanedJobs
    >[0];
    await rescueOrphanedJobs(deps, true);
    return listActiveAlarms(on);
  };

  it('without an active job raises an alarm, which is logged once when raised and once when cleared', async () => {
    const { id } = await startTraining();
    expect(await sweepJobs([id])).toEqual([]);
    const [alarm] = await sweepJobs([]);
    expect(alarm).toMatchObject({
      code: 'live_attempt_without_active_job',
      detail: { attempts: [{ training_id: id, attempt: 1 }] },
    });
    expect(logged).toEqual(['live_attempt_without_active_job']);
    expect(await on.deliveries.listPendingNotifications(Date.now(), 10)).toMatchObject([
      { notification: { type: 'alarm.raised' } },
    ]);
    expect(await sweepJobs([])).toMatchObject([{ since: alarm!.since, readings: 2 }]);
    expect(logged).toEqual([]);
    expect(await sweepJobs([id])).toEqual([]);
    expect(logged).toEqual(['alarm_ended']);
  });

  it('that started after the jobs were read raises no alarm', async () => {
    const { id } = await startTraining();
    expect(await sweepJobs([], [id])).toEqual([]);
  });
});
