import { setTimeout as sleep } from 'node:timers/promises';
import { stateStoreContract } from '@trainyard/application/testing';
import { openTestBackend, startTestRedis, type TestRedis } from '@trainyard/testing/redis';
import { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';

let redis: TestRedis;
let raw: Redis;
beforeAll(async () => {
  redis = await startTestRedis();
  raw = new Redis(redis.url);
});
afterAll(async () => {
  await raw.quit();
  await redis.close();
});

stateStoreContract('Redis', async ({ maxConcurrency }) => {
  await raw.flushall();
  const backend = await openTestBackend(redis, maxConcurrency);
  return { ...backend, now: () => Date.now(), sleep: (ms) => sleep(ms) };
});
