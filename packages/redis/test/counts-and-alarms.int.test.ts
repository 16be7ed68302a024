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

/** A training with a live attempt in the ledger. */
async function alive() {
  const training = buildTraining();
  await on.store.accept(training, { exclusive: false });
  await on.queue.enqueue(training.id, { name: 'a job', priority: 10 });
  const line = await on.openConsumer(() => undefined);
  const taken = await line.claim();
  await line.close();
  const started = startAttempt(training, taken!.lockToken);
  expect(await on.store.start(started.training, started.event, { before: training })).toBe('started');
  return started.training;
}

describe('the census', () => {
  it('counts states, slots, and those that need a person', async () => {
    const waiting = buildTraining();
    await on.store.accept(waiting, { exclusive: false });
    await alive();
    const marked = applyEvent(waiting, { type: 'attention_raised', at: 9, cause: 'poll', reason: 'look' });
    await on.store.save(marked.training, marked.event, waiting);
    const { byStatus, ...others } = await on.store.getCounts();
    expect(byStatus).toMatchObject({ queued: 1, submitting: 1, completed: 0 });
    expect(others).toEqual({ slotsUsed: 1, needAttention: 1, unjournalled: 2 });
    const depths = await on.queueDepths();
    expect(depths).toContainEqual({ queue: 'trainings', state: 'active', count: 1 });
    expect(depths).toContainEqual({ queue: 'reconcile', state: 'delayed', count: 0 });
  });
});

describe('a live attempt', () => {
  const logged: string[] = [];
  const write = (event: string) => void logged.push(event);
  const swept = async (...lists: readonly (readonly string[])[]) => {
    logged.length = 0;
    const readings = [...lists];
    const job = (trainingId: string): ActiveJob => ({
      trainingId,
      lockToken: '0',
      exists: true,
      heldForMs: 0,
    });
    const active = async () => ((readings.length > 1 ? readings.shift() : readings[0]) ?? []).map(job);
    const line = { active, removeFromActive: async () => undefined };
    const ids = { training: () => '', batch: () => '', nonce: () => '' };
    const log = { info: write, warn: write, error: write };
    const { store, queue, deliveries, deliveryJobs } = on;
    const parts = { store, queue, deliveries, deliveryJobs, clock: realClock, ids, log };
    const deps = { ...parts, line, adopt: () => undefined } as unknown as Parameters<
      typeof rescueOrphanedJobs
    >[0];
    await rescueOrphanedJobs(deps, true);
    return listActiveAlarms(on);
  };

  it('without an active job raises the alarm, logged of once, until its job is active or it has ended', async () => {
    const { id } = await alive();
    expect(await swept([id])).toEqual([]);
    const [alarm] = await swept([]);
    expect(alarm).toMatchObject({
      code: 'live_attempt_without_active_job',
      detail: { attempts: [{ training_id: id, attempt: 1 }] },
    });
    expect(logged).toEqual(['live_attempt_without_active_job']);
    expect(await on.deliveries.listPendingNotifications(Date.now(), 10)).toMatchObject([
      { news: { type: 'alarm.raised' } },
    ]);
    expect(await swept([])).toMatchObject([{ since: alarm!.since, readings: 2 }]);
    expect(logged).toEqual([]);
    expect(await swept([id])).toEqual([]);
    expect(logged).toEqual(['alarm_ended']);
  });

  it('that began after the jobs were read is none without a job', async () => {
    const { id } = await alive();
    expect(await swept([], [id])).toEqual([]);
  });
});
