export { parseRedisUrl, type RedisTarget, type SentinelGroup, toConnectionOptions } from './redis/address.ts';
export { classifyRedisError, type RedisFault, toStoreError } from './redis/calls.ts';
export {
  InvalidRedisConfigError,
  InvalidRedisUrlError,
  RedisCaFileError,
  RedisServerError,
  RedisUnreachableError,
} from './redis/errors.ts';
export { examineRedis, type RedisExaminationOptions } from './redis/examine.ts';
export { DEFAULT_PREFIX } from './redis/keys.ts';
export {
  checkRedisConfig,
  inspectRedis,
  type RedisCheckOptions,
  type RedisFinding,
  type RedisProperties,
} from './redis/redis-config.ts';
export { localRedisUrl, type RedisServer, startRedisServer } from './redis/redis-server.ts';
export { openRedisBackend, type RedisBackend, type RedisBackendOptions } from './redis-backend.ts';
export { createCronTimes } from './workers/cron-times.ts';
export type { QueueDepth } from './workers/job-queues.ts';
export type { RunningWorker } from './workers/job-worker.ts';
