import type { Page, TrainingQuery } from '@trainyard/application';
import type { Training } from '@trainyard/domain';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';
import { READ_PAGE } from '../scripts/indexes.ts';
import { parseTraining } from './change.ts';
import { findIndexes } from './indexes.ts';

/**
 * Lists newest first. Ids sort by time, so the lists are read by name and the cursor is the last id seen: pages stay
 * stable while new trainings come in. One that changes its class between the two reads is shown as it is then.
 */
export async function listTrainings(redis: Redis, keys: Keys, query: TrainingQuery): Promise<Page<Training>> {
  const indexes = findIndexes(keys, query);
  if (indexes.length === 0) return { items: [] };
  const before = query.cursor === undefined ? '+' : `(${query.cursor}`;
  const found = (await redis.eval(
    READ_PAGE,
    indexes.length,
    ...indexes,
    query.limit + 1,
    before,
  )) as string[];
  const shown = found.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    items: await loadTrainings(redis, keys, shown),
    ...(found.length > query.limit && last !== undefined && { nextCursor: last }),
  };
}

/** Reads many documents in one round trip; what vanished meanwhile is left out. */
export async function loadTrainings(
  redis: Redis,
  keys: Keys,
  ids: readonly string[],
): Promise<readonly Training[]> {
  if (ids.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const id of ids) pipeline.hmget(keys.training(id), 'doc', 'request');
  const answers = (await pipeline.exec()) ?? [];
  return answers.flatMap(([error, fields], at) => {
    if (error) throw error;
    const training = parseTraining(ids[at] ?? '', fields as readonly (string | null)[]);
    return training ? [training] : [];
  });
}

/** How many trainings have this status. */
export async function countTrainings(
  redis: Redis,
  keys: Keys,
  status: NonNullable<TrainingQuery['status']>[number],
): Promise<number> {
  const pipeline = redis.pipeline();
  for (const index of findIndexes(keys, { status: [status], limit: 0 })) pipeline.zcard(index);
  const answers = (await pipeline.exec()) ?? [];
  return answers.reduce((sum, [error, count]) => {
    if (error) throw error;
    return sum + Number(count);
  }, 0);
}
