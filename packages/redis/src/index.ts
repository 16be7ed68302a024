export { classifyRedisError, type RedisFault, toStoreError } from './redis/calls.ts';
export { InvalidRedisConfigError, RedisServerError } from './redis/errors.ts';
export { DEFAULT_PREFIX } from './redis/keys.ts';
export {
  checkRedisConfig,
  inspectRedis,
  type RedisCheckOptions,
  type RedisFinding,
  type RedisProperties,
} from './redis/redis-config.ts';
export { localRedisUrl, startRedisServer } from './redis/redis-server.ts';
export { openRedisBackend, type RedisBackend, type RedisBackendOptions } from './redis-backend.ts';
export { createCronTimes } from './workers/cron-times.ts';
export type { QueueDepth } from './workers/job-queues.ts';
export type { RunningWorker } from './workers/job-worker.ts';
