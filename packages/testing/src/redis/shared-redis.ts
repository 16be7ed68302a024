import { Redis } from 'ioredis';
import { startTestRedis, type TestRedis } from './test-redis.ts';

let shared: Promise<TestRedis> | undefined;

/**
 * Returns the Redis that the tests of a file share, without data. A test therefore uses only the system that it opened
 * last. `close-shared-redis.ts` closes it after the last test of the file.
 */
export async function getSharedRedis(): Promise<TestRedis> {
  shared ??= startTestRedis();
  const redis = await shared;
  const client = new Redis(redis.url);
  await client.flushall();
  await client.quit();
  return redis;
}

/** Closes the shared Redis, if a test used it. Throws when a client left a connection open. */
export async function closeSharedRedis(): Promise<void> {
  const redis = await shared;
  shared = undefined;
  await redis?.close();
}
