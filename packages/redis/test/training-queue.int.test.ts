import type { TrainingConsumer } from '@trainyard/application';
import type { Training } from '@trainyard/domain';
import { buildTraining, startAttempt } from '@trainyard/testing/builders';
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

describe('the queue of trainings', () => {
  it('returns no more jobs than the concurrency limit after the limit of BullMQ was removed', async () => {
    for (let n = 0; n < 3; n += 1) await enqueue();
    await on
      .queues()
      .find(({ name }) => name === 'trainings')!
      .removeGlobalConcurrency();
    const claimed = [await consumer.claim(), await consumer.claim(), await consumer.claim()];
    expect(claimed.map((each) => each !== undefined)).toEqual([true, true, false]);
  });
});

describe('an orphaned job', () => {
  it('is adopted with the token 0 when its lock is missing', async () => {
    const training = await enqueue();
    await consumer.claim();
    await raw.del(`{trainyard}:trainings:${training.id}:lock`);
    expect(await consumer.listActive()).toMatchObject([{ lockToken: '0' }]);
    expect(await start('fresh', training, '0')).toBe('started');
  });

  it('is removed from the active list when its hash is missing', async () => {
    const training = await enqueue();
    await consumer.claim();
    await raw.del(`{trainyard}:trainings:${training.id}`);
    expect(await consumer.listActive()).toMatchObject([{ exists: false }]);
    await consumer.removeFromActive(training.id);
    expect(await consumer.listActive()).toEqual([]);
  });
});

describe('a job in Bull Board', () => {
  it('shows progress, log lines and the latest result of its training', async () => {
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
});
