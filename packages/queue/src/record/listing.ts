import type { Page, TrainingQuery } from '@trainyard/application';
import type { Training } from '@trainyard/domain';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';
import { trainingFrom } from './change.ts';

/** The narrowest index that holds every answer. */
const indexOf = (keys: Keys, query: TrainingQuery): string => {
  const { subject, status, batchId } = query;
  if (batchId !== undefined) return keys.indexBatch(batchId);
  if (subject?.id !== undefined && subject.kind !== undefined)
    return keys.indexSubject({ kind: subject.kind, id: subject.id });
  if (query.needsAttention) return keys.indexAttention;
  const [only] = status ?? [];
  if (only !== undefined && status?.length === 1) return keys.indexStatus(only);
  return subject?.kind === undefined ? keys.indexAll : keys.indexKind(subject.kind);
};

const matches = (query: TrainingQuery, training: Training): boolean =>
  (query.status === undefined || query.status.includes(training.status)) &&
  (query.subject?.kind === undefined || query.subject.kind === training.request.subject.kind) &&
  (query.subject?.id === undefined || query.subject.id === training.request.subject.id) &&
  (query.batchId === undefined || query.batchId === training.request.batchId) &&
  (query.needsAttention === undefined || query.needsAttention === (training.needsAttention !== undefined));

/** Reads many documents in one round trip; what vanished meanwhile is left out. */
export const loadMany = async (
  redis: Redis,
  keys: Keys,
  ids: readonly string[],
): Promise<readonly Training[]> => {
  if (ids.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const id of ids) pipeline.hmget(keys.training(id), 'doc', 'request');
  const answers = (await pipeline.exec()) ?? [];
  return answers.flatMap(([error, fields], at) => {
    if (error) throw error;
    const training = trainingFrom(ids[at] ?? '', fields as readonly (string | null)[]);
    return training ? [training] : [];
  });
};

/**
 * Lists newest first. Ids sort by time, so the index is read by name and the cursor is the last id seen: pages stay
 * stable while new trainings come in.
 */
export const listTrainings = async (
  redis: Redis,
  keys: Keys,
  query: TrainingQuery,
): Promise<Page<Training>> => {
  const index = indexOf(keys, query);
  const found: Training[] = [];
  let before = query.cursor === undefined ? '+' : `(${query.cursor}`;
  const batch = Math.max(query.limit + 1, 50);
  while (found.length <= query.limit) {
    const ids = await redis.zrevrangebylex(index, before, '-', 'LIMIT', 0, batch);
    found.push(...(await loadMany(redis, keys, ids)).filter((training) => matches(query, training)));
    const last = ids.at(-1);
    if (last === undefined || ids.length < batch) break;
    before = `(${last}`;
  }
  const items = found.slice(0, query.limit);
  const last = items.at(-1);
  return { items, ...(found.length > query.limit && last && { nextCursor: last.id }) };
};
