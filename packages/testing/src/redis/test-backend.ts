import type { Clock } from '@trainyard/application';
import { openRedisBackend, type RedisBackend, type RedisTarget } from '@trainyard/redis';
import type { TestRedis } from './test-redis.ts';

/** The unscaled system clock. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  realMs: (ms) => ms,
  fromReal: (ms) => ms,
};

/** Opens the state store and the queues on a test Redis and establishes `epoch-1`. Errors of connections are ignored. */
export async function openTestBackend(
  redis: Pick<TestRedis, 'url'> | { readonly target: RedisTarget },
  initialMaxConcurrency = 2,
  clock = realClock,
): Promise<RedisBackend> {
  const backend = await openRedisBackend({
    ...('target' in redis ? redis.target : { redisUrl: redis.url }),
    clock,
    initialMaxConcurrency,
    onError: () => undefined,
  });
  await backend.store.establishEpoch('epoch-1');
  return backend;
}
