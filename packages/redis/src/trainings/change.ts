import {
  isProgress,
  listNewAliases,
  listReassignedAliases,
  MAX_EVENTS,
  needsBackup,
  type Revision,
  UnreadableTrainingError,
} from '@trainyard/application';
import { holdsSlot, isSettled, isTerminal, type Training } from '@trainyard/domain';
import type { Redis } from 'ioredis';
import { toBudgetFacts } from '../control/budgets.ts';
import { parseDocument, parseObject, toDocument, unwrapPipeline } from '../redis/calls.ts';
import { type Keys, STREAM_MAX_LENGTH } from '../redis/keys.ts';
import type { TrainingChange } from '../scripts/training-scripts.ts';
import { getClass, listScopeParts } from './indexes.ts';

/** Collects the data with which a script writes a revision, its indexes, its budgets and its event. */
export function createChange(
  keys: Keys,
  revision: Revision,
  more: Readonly<Record<string, unknown>> & { readonly nonce: string },
): TrainingChange {
  const { training, record } = revision;
  const { request, ...rest } = training;
  return {
    keys: [
      keys.training(training.id),
      keys.events(training.id),
      keys.stream,
      keys.activeAttempts,
      keys.pending,
      keys.control,
    ],
    facts: { ...toFacts(keys, revision), ...more },
    document: toDocument(rest),
    event: JSON.stringify(record),
    ...(record.from === null && { request: JSON.stringify(request) }),
  };
}

function toFacts(keys: Keys, revision: Revision) {
  const { training, record, before } = revision;
  return {
    id: training.id,
    rev: training.rev,
    at: record.at,
    from: record.from ?? '',
    to: record.to,
    progress: isProgress(record),
    maxEvents: MAX_EVENTS,
    maxStreamLength: STREAM_MAX_LENGTH,
    indexPrefix: keys.trainingIndex,
    scopeParts: listScopeParts(training),
    ...(before && { classFrom: getClass(before) }),
    classTo: getClass(training),
    unfinishedKey: keys.unfinished(training.request.subject),
    pendingBackupsKey: keys.pendingBackups,
    prunableKey: keys.prunable,
    newAliasKeys: listNewAliases(revision).map(({ kind, name }) => keys.alias(kind, name)),
    reassignedAliasKeys: listReassignedAliases(revision).map(({ kind, name }) => keys.alias(kind, name)),
    terminal: isTerminal(training),
    recorded: isTerminal(training) && training.recorded,
    settled: isSettled(training),
    ...(isTerminal(training) && { endedAt: training.endedAt }),
    holdsSlot: holdsSlot(training),
    needsBackup: needsBackup(revision),
    budget: toBudgetFacts(keys, revision),
  };
}

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
