import type { TrainingStore } from '@trainyard/application';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';
import { createMemoryCheck } from '../redis/memory-check.ts';
import { withStoreErrors } from './run-script.ts';

/**
 * Puts a summary in the place of the frozen inputs, and lets the events go, unless the training changed meanwhile.
 *
 * KEYS 1 training, 2 events, 3 ripening; ARGV 1 id, 2 revision, 3 request
 */
const PRUNE_TRAINING = `
if redis.call('HGET', KEYS[1], 'rev') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'request', ARGV[3])
redis.call('DEL', KEYS[2])
redis.call('ZREM', KEYS[3], ARGV[1])
return 1
`;

type Retention = Pick<TrainingStore, 'listPrunable' | 'prune' | 'isFull'>;

/** What keeps the record from growing for ever. */
export function createRetention(redis: Redis, keys: Keys): Retention {
  const isFull = createMemoryCheck(redis);
  return {
    listPrunable: (at, limit) =>
      withStoreErrors(() => redis.zrangebyscore(keys.prunable, '-inf', `(${at}`, 'LIMIT', 0, limit)),
    prune: ({ id, rev }, request) =>
      withStoreErrors(async () => {
        const touched = [keys.training(id), keys.events(id), keys.prunable];
        await redis.eval(PRUNE_TRAINING, touched.length, ...touched, id, rev, JSON.stringify(request));
      }),
    isFull: () => withStoreErrors(isFull),
  };
}
