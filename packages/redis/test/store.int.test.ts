import { StoreUnavailableError } from '@trainyard/application';
import { buildTraining } from '@trainyard/testing/builders';
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
