import type { TrainingStore } from '@trainyard/application';
import type { Redis } from 'ioredis';
import { isForbidden, withStoreErrors } from '../redis/calls.ts';
import type { Keys } from '../redis/keys.ts';
import { pruneTraining } from '../scripts/training-scripts.ts';

type Retention = Pick<TrainingStore, 'listPrunable' | 'prune' | 'isFull'>;

/** Limits the memory of Redis: pruning of trainings that ended long ago, and the check before each acceptance. */
export function createRetention(redis: Redis, keys: Keys): Retention {
  const isFull = createMemoryCheck(redis);
  return {
    listPrunable: (at, limit) =>
      withStoreErrors(() => redis.zrangebyscore(keys.prunable, '-inf', `(${at}`, 'LIMIT', 0, limit)),
    prune: (training, summary) =>
      withStoreErrors(() => pruneTraining(redis, keys, training, JSON.stringify(summary))),
    isFull: () => withStoreErrors(isFull),
  };
}

/** Above this share of `maxmemory`, new trainings are rejected; the rest is reserved for running trainings. */
const FULL_ABOVE = 0.8;
/** The result is reused for this time, because every acceptance asks for it. Real ms. */
const CACHE_MS = 500;

/** Compares the used memory with `maxmemory`. A Redis without `maxmemory`, or whose INFO is forbidden, is never full. */
function createMemoryCheck(redis: Redis): () => Promise<boolean> {
  let checkedAt = Number.NEGATIVE_INFINITY;
  let isFull: Promise<boolean> = Promise.resolve(false);
  const checkMemory = async (): Promise<boolean> => {
    const info = await redis.info('memory').catch((error: unknown) => {
      if (isForbidden(error)) return '';
      throw error;
    });
    const limit = parseInfoNumber(info, 'maxmemory');
    return limit > 0 && parseInfoNumber(info, 'used_memory') > FULL_ABOVE * limit;
  };
  return () => {
    if (performance.now() - checkedAt < CACHE_MS) return isFull;
    checkedAt = performance.now();
    isFull = checkMemory();
    isFull.catch(() => {
      checkedAt = Number.NEGATIVE_INFINITY;
    });
    return isFull;
  };
}

function parseInfoNumber(info: string, name: string): number {
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
}
