import { UnreadableTrainingError } from '@trainyard/application';
import type { Training } from '@trainyard/domain';
import type { Redis } from 'ioredis';
import { unwrapPipeline } from '../redis/calls.ts';
import { parseDocument, parseObject } from '../redis/documents.ts';
import type { Keys } from '../redis/keys.ts';

type StoredFields = readonly (string | null | undefined)[];

/** Loads a training; undefined when its id is unknown. Throws UnreadableTrainingError. */
export async function loadTraining(redis: Redis, keys: Keys, id: string): Promise<Training | undefined> {
  return parseTraining(id, await redis.hmget(keys.training(id), 'doc', 'request'));
}

/** Loads many trainings in a single round trip, in the given order; unknown ids are left out. Throws UnreadableTrainingError. */
export async function loadTrainings(
  redis: Redis,
  keys: Keys,
  ids: readonly string[],
): Promise<readonly Training[]> {
  if (ids.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const id of ids) pipeline.hmget(keys.training(id), 'doc', 'request');
  const replies = unwrapPipeline(await pipeline.exec());
  return replies.flatMap((fields, at) => parseTraining(ids[at] ?? '', fields as StoredFields) ?? []);
}

/**
 * Joins the two fields of a training: the changing document and the frozen request. Returns undefined when neither
 * exists. Throws UnreadableTrainingError for a missing field, a different layout, or invalid JSON.
 */
function parseTraining(id: string, [document, request]: StoredFields): Training | undefined {
  const toError = (fault: string, options?: ErrorOptions) => new UnreadableTrainingError(id, fault, options);
  if (typeof document !== 'string' && typeof request !== 'string') return undefined;
  if (typeof document !== 'string') throw toError('its field `doc` is missing');
  if (typeof request !== 'string') throw toError('its field `request` is missing');
  return {
    ...parseDocument(document, toError),
    request: parseObject(request, toError),
  } as unknown as Training;
}
