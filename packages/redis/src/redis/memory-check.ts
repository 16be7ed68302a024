import type { Redis } from 'ioredis';

/** The share of Redis’ memory beyond which nothing new is taken (SPEC §7); the rest is for what runs. */
const FULL_ABOVE = 0.8;
/** How long an answer counts: it is asked at every acceptance. Real ms. */
const CACHE_MS = 500;

/** Asks Redis how full it is; one without a limit never is. */
export function createMemoryCheck(redis: Redis): () => Promise<boolean> {
  let checkedAt = Number.NEGATIVE_INFINITY;
  let isFull: Promise<boolean> = Promise.resolve(false);
  const checkMemory = async (): Promise<boolean> => {
    const info = await redis.info('memory');
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
