export {
  checkRedisConfig,
  InvalidRedisConfigError,
  type RedisCheckOptions,
  type RedisFinding,
} from './redis/config-check.ts';
export { inspectRedis, type RedisProperties } from './redis/inspect.ts';
export { DEFAULT_PREFIX } from './redis/keys.ts';
export { localRedisUrl, RedisServerError, startRedisServer } from './redis/redis-server.ts';
export { toStoreError } from './redis/store-errors.ts';
export { openRedisBackend, type RedisBackend, type RedisBackendOptions } from './redis-backend.ts';
export { InvalidConcurrencyLimitError } from './trainings/control.ts';
export { createCronTimes } from './workers/cron-times.ts';
export type { QueueDepth } from './workers/queue-depths.ts';
export type { RunningWorker } from './workers/workers.ts';
