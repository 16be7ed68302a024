export type { Running } from './errands/workers.ts';
export { type OpenQueueOptions, openQueue, type QueueOnRedis } from './open-queue.ts';
export { InvalidBoundError } from './record/control.ts';
export { DEFAULT_PREFIX } from './redis/keys.ts';
