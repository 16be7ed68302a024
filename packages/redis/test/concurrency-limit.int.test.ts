import type { TrainingConsumer } from '@trainyard/application';
import type { Training } from '@trainyard/domain';
import { applyEvent, buildTraining, startAttempt } from '@trainyard/testing/builders';
import { openTestBackend, startTestRedis, type TestRedis } from '@trainyard/testing/redis';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RedisBackend } from '../src/index.ts';

let redis: TestRedis;
let on: RedisBackend;
let consumer: TrainingConsumer;
let raw: Redis;

beforeEach(async () => {
  redis = await startTestRedis();
  on = await openTestBackend(redis);
  consumer = await on.openConsumer(() => undefined);
  raw = new Redis(redis.url);
});
afterEach(async () => {
  await consumer.close();
  await on.close();
  await raw.quit();
  await redis.close();
});

async function enqueue(overrides: Parameters<typeof buildTraining>[0] = {}): Promise<Training> {
  const training = buildTraining(overrides);
  await on.store.accept(training, { exclusive: false });
  await on.queue.enqueue(training.id, { name: 'actor', priority: training.priority });
  return training;
}
async function start(lockToken: string, training: Training, previousLockToken?: string) {
  const { training: next, event, before } = startAttempt(training, lockToken);
  return on.store.start(next, event, {
    before,
    ...(previousLockToken !== undefined && { previousLockToken }),
  });
}
async function load(id: string): Promise<Training> {
  return (await on.store.load(id))!;
}

describe('the line', () => {
  it('gives out the lowest number first, and among equals the oldest', async () => {
    const [late, first, second] = [await enqueue({ priority: 100 }), await enqueue(), await enqueue()];
    await on.store.setControl({ maxConcurrency: 3 });
    const order = [await consumer.claim(), await consumer.claim(), await consumer.claim()].map(
      (taken) => taken!.trainingId,
    );
    expect(order).toEqual([first.id, second.id, late.id]);
  });

  it('gives out no more than the max_concurrency, until one is finished', async () => {
    for (let n = 0; n < 4; n += 1) await enqueue();
    const [one, two] = [(await consumer.claim())!, (await consumer.claim())!];
    expect(await consumer.claim()).toBeUndefined();
    await on.queue.finish(one.trainingId, one.lockToken, { status: 'completed' });
    expect(await consumer.claim()).toMatchObject({ trainingId: expect.any(String) });
    expect(one.lockToken).not.toBe(two.lockToken);
  });

  it('gives out no more than the max_concurrency although somebody took the max_concurrency off the queue', async () => {
    for (let n = 0; n < 3; n += 1) await enqueue();
    await on
      .queues()
      .find(({ name }) => name === 'trainings')!
      .removeGlobalConcurrency();
    const taken = [await consumer.claim(), await consumer.claim(), await consumer.claim()];
    expect(taken.map((each) => each !== undefined)).toEqual([true, true, false]);
  });

  it('does not let a stranger finish a job', async () => {
    await enqueue();
    const taken = (await consumer.claim())!;
    await on.queue.finish(taken.trainingId, 'another token', { status: 'completed' });
    expect((await consumer.listActive()).map(({ trainingId }) => trainingId)).toEqual([taken.trainingId]);
  });

  it('takes a postponed training again when it is due, under another lock', async () => {
    const training = await enqueue();
    const taken = (await consumer.claim())!;
    const order = { name: 'actor', priority: 10, lockToken: taken.lockToken, notBefore: Date.now() + 1_500 };
    await on.queue.requeue(training.id, order);
    expect(await consumer.claim()).toBeUndefined();
    expect(await consumer.nextDueMs()).toBeLessThanOrEqual(1_500);
    await expect
      .poll(async () => (await consumer.claim())?.trainingId, { timeout: 20_000 })
      .toBe(training.id);
    await on.queue.requeue(training.id, order);
    expect(await consumer.listActive()).toHaveLength(1);
  });

  it('wakes its listener when a slot frees, a training comes, or the max_concurrency is raised', async () => {
    let woken = 0;
    const listening = await on.openConsumer(() => {
      woken += 1;
    });
    const wakes = async (act: () => Promise<unknown>) => {
      const before = woken;
      await act();
      await expect.poll(() => woken).toBeGreaterThan(before);
    };
    await wakes(() => enqueue());
    await on.store.setControl({ maxConcurrency: 1 });
    const taken = (await consumer.claim())!;
    await wakes(() => on.queue.finish(taken.trainingId, taken.lockToken, { status: 'completed' }));
    await wakes(() => on.store.setControl({ maxConcurrency: 2 }));
    await listening.close();
  });
});

describe('a closed gate', () => {
  it('lets nobody through, and exactly one when it is on trial', async () => {
    const [one, two] = [await enqueue(), await enqueue()];
    const [first, second] = [(await consumer.claim())!, (await consumer.claim())!];
    const gate = { reason: 'no credit', since: 1_767_225_600_123, reopensWhen: 'probe_run' } as const;
    await on.store.setControl({ gate });
    expect(await start(first.lockToken, one)).toBe('closed');
    await on.store.setControl({ probeRun: { since: 2 } });
    expect(await start(first.lockToken, one)).toBe('started');
    expect(await start(second.lockToken, two)).toBe('closed');
    expect(await start(first.lockToken, one)).toBe('started');
    const trial = { since: 2, trainingId: one.id, attempt: 1 };
    expect((await on.store.getControl()).gate).toEqual({ ...gate, trial });
    await on.store.setControl({ probeRun: { failedAt: 3 } });
    expect((await on.store.getControl()).gate).toEqual({ ...gate, trialFailedAt: 3 });
    expect(await start(second.lockToken, two)).toBe('closed');
    await on.store.setControl({ gate: null });
    expect(await start(second.lockToken, two)).toBe('started');
  });
});

describe('taking a slot (I1)', () => {
  it('is done once, also when the script runs again after a lost reply', async () => {
    const training = await enqueue();
    const { lockToken } = (await consumer.claim())!;
    expect(await start(lockToken, training)).toBe('started');
    expect(await start(lockToken, training)).toBe('started');
    expect(await on.store.listActiveAttempts()).toMatchObject([{ trainingId: training.id, attempt: 1 }]);
    expect(await on.store.listEvents(training.id)).toHaveLength(2);
  });

  it('is refused with another lock, or when the job is not active', async () => {
    const training = await enqueue();
    expect(await start('token', training)).toBe('lock_mismatch');
    await consumer.claim();
    expect(await start('token', training)).toBe('lock_mismatch');
    expect(await on.store.listActiveAttempts()).toEqual([]);
  });

  it('is refused when the record changed since it was read', async () => {
    const training = await enqueue();
    const { lockToken } = (await consumer.claim())!;
    const changed = applyEvent(training, { type: 'priority_changed', at: 3, cause: 'api', priority: 3 });
    await on.store.save(changed.training, changed.event, changed.before);
    expect(await start(lockToken, training)).toBe('stale');
  });

  it('is refused beyond the max_concurrency, whatever BullMQ gives out', async () => {
    const trainings = [await enqueue(), await enqueue(), await enqueue()];
    await on.store.setControl({ maxConcurrency: 3 });
    const taken = [];
    for (const _ of trainings) taken.push((await consumer.claim())!);
    await on.store.setControl({ maxConcurrency: 2 });
    const answers: string[] = [];
    for (const { trainingId, lockToken } of taken)
      answers.push(await start(lockToken, await load(trainingId)));
    expect(answers).toEqual(['started', 'started', 'full']);
    expect(await on.store.listActiveAttempts()).toHaveLength(2);
  });

  it('is refused while no max_concurrency is set', async () => {
    const training = await enqueue();
    const { lockToken } = (await consumer.claim())!;
    await raw.hdel('{trainyard}:control', 'max_concurrency');
    expect(await start(lockToken, training)).toBe('no_limit');
  });

  it('is refused once paused, and while the gate is closed', async () => {
    const training = await enqueue();
    const { lockToken } = (await consumer.claim())!;
    await on.store.setControl({ paused: true });
    expect(await start(lockToken, training)).toBe('closed');
    const gate = { reason: 'no credit', since: 1, reopensWhen: 'health_answer' } as const;
    await on.store.setControl({ paused: false, gate });
    expect(await start(lockToken, training)).toBe('closed');
    await on.store.setControl({ gate: null });
    expect(await start(lockToken, training)).toBe('started');
    await on.store.setControl({ paused: true });
    expect(await start(lockToken, training)).toBe('started');
  });

  it('is refused in a record that was lost and not recovered', async () => {
    const training = await enqueue();
    const { lockToken } = (await consumer.claim())!;
    await raw.hdel('{trainyard}:control', 'epoch');
    expect(await start(lockToken, training)).toBe('no_limit');
  });

  it('frees the slot with the save that proves the end, and with no other', async () => {
    const training = await enqueue();
    const { lockToken } = (await consumer.claim())!;
    await start(lockToken, training);
    const accepted = applyEvent(await load(training.id), {
      type: 'submission_accepted',
      at: 6,
      cause: 'dispatcher',
      attempt: 1,
      runId: 'r',
    });
    await on.store.save(accepted.training, accepted.event, accepted.before);
    expect(await on.store.listActiveAttempts()).toHaveLength(1);
    const outcome = { status: 'completed', output: {} } as const;
    const ended = applyEvent(accepted.training, {
      type: 'run_ended',
      at: 7,
      cause: 'poll',
      attempt: 1,
      runId: 'r',
      outcome,
    });
    await on.store.save(ended.training, ended.event, ended.before);
    expect(await on.store.listActiveAttempts()).toEqual([]);
  });
});

describe('an abandoned job', () => {
  it('is adopted by replacing its lock: the dispatcher that stalled can do nothing with it any more', async () => {
    const training = await enqueue();
    const stalled = (await consumer.claim())!;
    const [found] = await consumer.listActive();
    expect(found).toMatchObject({ trainingId: training.id, lockToken: stalled.lockToken, exists: true });
    expect(await start('fresh', training, found!.lockToken)).toBe('started');
    expect(await start(stalled.lockToken, training)).toBe('stale');
    await on.queue.finish(training.id, stalled.lockToken, { status: 'completed' });
    expect(await consumer.listActive()).toHaveLength(1);
    await on.queue.finish(training.id, 'fresh', { status: 'completed' });
    expect(await consumer.listActive()).toHaveLength(0);
  });

  it('without a lock is adopted and finished all the same', async () => {
    const training = await enqueue();
    await consumer.claim();
    await raw.del(`{trainyard}:trainings:${training.id}:lock`);
    expect(await consumer.listActive()).toMatchObject([{ lockToken: '0' }]);
    expect(await start('fresh', training, '0')).toBe('started');
  });

  it('without a hash is taken off the list', async () => {
    const training = await enqueue();
    await consumer.claim();
    await raw.del(`{trainyard}:trainings:${training.id}`);
    expect(await consumer.listActive()).toMatchObject([{ exists: false }]);
    await consumer.removeFromActive(training.id);
    expect(await consumer.listActive()).toEqual([]);
  });

  it('with a hash is never taken off the list, whatever was seen before', async () => {
    const training = await enqueue();
    await consumer.claim();
    await consumer.removeFromActive(training.id);
    expect(await consumer.listActive()).toMatchObject([{ trainingId: training.id, exists: true }]);
  });
});

describe('what Bull Board shows', () => {
  it('is progress, log lines and the result of the training', async () => {
    const training = await enqueue();
    const { lockToken } = (await consumer.claim())!;
    await on.queue.reportProgress(training.id, { percent: 40, line: 'step 800 of 2000, loss 0.4' });
    await on.queue.finish(training.id, lockToken, { status: 'finalizing' });
    await on.queue.finish(training.id, lockToken, { status: 'completed', model: 's3://local/m' });
    const queue = on.queues().find(({ name }) => name === 'trainings')!;
    const job = (await queue.getJob(training.id))!;
    expect(job).toMatchObject({
      name: 'actor',
      progress: 100,
      returnvalue: { status: 'completed', model: 's3://local/m' },
    });
    expect((await queue.getJobLogs(training.id)).logs).toEqual(['step 800 of 2000, loss 0.4']);
  });

  it('is queued again under the same id after it had ended, when the record says so', async () => {
    const training = await enqueue();
    const { lockToken } = (await consumer.claim())!;
    await on.queue.finish(training.id, lockToken, { status: 'failed', failure: 'x' });
    await on.queue.enqueue(training.id, { name: 'actor', priority: 1 });
    expect((await consumer.claim())?.trainingId).toBe(training.id);
  });
});
