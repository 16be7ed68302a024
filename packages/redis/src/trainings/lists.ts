import type { Page, TrainingCounts, TrainingQuery } from '@trainyard/application';
import { TRAINING_STATUSES, type Training, type TrainingStatus } from '@trainyard/domain';
import type { Redis } from 'ioredis';
import { unwrapPipeline } from '../redis/calls.ts';
import type { Keys } from '../redis/keys.ts';
import { readPage } from '../scripts/training-scripts.ts';
import { loadTrainings } from './change.ts';
import { findIndexes } from './indexes.ts';

/**
 * Lists newest first. Ids sort by time and the cursor is the last id of the page before, so that pages stay stable while
 * trainings are added. A training that changes between the two reads appears in its new state.
 */
export async function listTrainings(redis: Redis, keys: Keys, query: TrainingQuery): Promise<Page<Training>> {
  const page = await listTrainingIds(redis, keys, query);
  return { ...page, items: await loadTrainings(redis, keys, page.items) };
}

/** Lists the ids of a page; reads no training. */
export async function listTrainingIds(redis: Redis, keys: Keys, query: TrainingQuery): Promise<Page<string>> {
  const indexes = findIndexes(keys, query);
  if (indexes.length === 0) return { items: [] };
  const found = await readPage(redis, indexes, { limit: query.limit + 1, before: query.cursor });
  const items = found.slice(0, query.limit);
  const last = items.at(-1);
  return {
    items,
    ...(found.length > query.limit && last !== undefined && { nextCursor: last }),
  };
}

/** The number of trainings in this status. */
export async function countTrainings(redis: Redis, keys: Keys, status: TrainingStatus): Promise<number> {
  const pipeline = redis.pipeline();
  for (const index of findIndexes(keys, { status: [status], limit: 0 })) pipeline.zcard(index);
  return unwrapPipeline(await pipeline.exec()).reduce<number>((sum, count) => sum + Number(count), 0);
}

/** Counts for monitoring, from the sizes of the indexes: a single round trip, independent of the number of trainings. */
export async function readCounts(redis: Redis, keys: Keys): Promise<TrainingCounts> {
  const indexes = listCountedIndexes(keys);
  const pipeline = redis.pipeline().hlen(keys.activeAttempts).zcard(keys.pendingBackups);
  for (const { list } of indexes) pipeline.zcard(list);
  const [slotsUsed = 0, pendingBackups = 0, ...counts] = unwrapPipeline(await pipeline.exec()).map(Number);
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

/** The indexes over all trainings, each with its status and its attention flag. */
function listCountedIndexes(keys: Keys) {
  return TRAINING_STATUSES.flatMap((status) =>
    [false, true].flatMap((needsAttention) =>
      findIndexes(keys, { status: [status], needsAttention, limit: 0 }).map((list) => ({
        status,
        needsAttention,
        list,
      })),
    ),
  );
}
