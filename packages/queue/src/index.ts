export { createCronTimes } from './cron/cron-times.ts';
export type { Running } from './errands/workers.ts';
export { type OpenQueueOptions, openQueue, type QueueOnRedis } from './open-queue.ts';
export { InvalidBoundError } from './record/control.ts';
export { askRedis, type RedisFacts } from './redis/facts.ts';
export { judgeRedis, type RedisFinding, type RedisLeniency, UnfitRedisError } from './redis/fitness.ts';
export { DEFAULT_PREFIX } from './redis/keys.ts';
export { localRedisUrl, RedisServerError, startRedisServer } from './server/redis-server.ts';
export type { QueueDepth } from './watch/depths.ts';
