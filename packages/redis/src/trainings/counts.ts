import type { TrainingCounts, TrainingStore } from '@trainyard/application';
import { TRAINING_STATUSES, type TrainingStatus } from '@trainyard/domain';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';
import { findIndexes } from './indexes.ts';
import { withStoreErrors } from './run-script.ts';

const BOOLEANS = [false, true] as const;

/** Counts from the lists, in one round trip, however many trainings there are. */
export function createCounts(redis: Redis, keys: Keys): Pick<TrainingStore, 'getCounts'> {
  return {
    getCounts: () => withStoreErrors(() => readCounts(redis, keys)),
  };
}

/** Every list that counts towards a status, with whether it holds those that need attention. */
function listCountedIndexes(keys: Keys) {
  return TRAINING_STATUSES.flatMap((status) =>
    BOOLEANS.flatMap((needsAttention) =>
      findIndexes(keys, { status: [status], needsAttention, limit: 0 }).map((list) => ({
        status,
        needsAttention,
        list,
      })),
    ),
  );
}

async function readCounts(redis: Redis, keys: Keys): Promise<TrainingCounts> {
  const indexes = listCountedIndexes(keys);
  const pipeline = redis.pipeline().hlen(keys.activeAttempts).zcard(keys.pendingBackups);
  for (const { list } of indexes) pipeline.zcard(list);
  const answers = ((await pipeline.exec()) ?? []).map(([error, count]) => {
    if (error) throw error;
    return Number(count);
  });
  const [slotsUsed = 0, pendingBackups = 0, ...counts] = answers;
  const counted = indexes.map((each, at) => ({ ...each, count: counts[at] ?? 0 }));
  const sum = (entries: typeof counted): number => entries.reduce((total, { count }) => total + count, 0);
  const byStatus = TRAINING_STATUSES.map((status) => [
    status,
    sum(counted.filter((each) => each.status === status)),
  ]);
  return {
    slotsUsed,
    pendingBackups,
    needsAttention: sum(counted.filter(({ needsAttention }) => needsAttention)),
    byStatus: Object.fromEntries(byStatus) as Readonly<Record<TrainingStatus, number>>,
  };
}
