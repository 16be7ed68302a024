import type { ActiveAttempt, EventRecord, RunOwner, TrainingStore } from '@trainyard/application';
import type { Redis } from 'ioredis';
import { unwrapPipeline, withStoreErrors } from '../redis/calls.ts';
import type { Keys } from '../redis/keys.ts';
import { loadTraining, loadTrainings } from './change.ts';
import { countTrainings, listTrainingIds, listTrainings, readCounts } from './lists.ts';

const PENDING_BATCH_SIZE = 200;

type Reads = Pick<
  TrainingStore,
  | 'load'
  | 'loadAll'
  | 'list'
  | 'listIds'
  | 'listEvents'
  | 'findByAlias'
  | 'findRunOwner'
  | 'listUnfinished'
  | 'findBusyActors'
  | 'listPending'
  | 'listActiveAttempts'
  | 'count'
  | 'getCounts'
  | 'ping'
>;

/** The lifetime of the key that `ping` writes. */
const WRITE_CHECK_MS = 60_000;

/** Reads of trainings, their events and indexes, and of the active attempts. */
export function createReads(redis: Redis, keys: Keys): Reads {
  return {
    load: (id) => withStoreErrors(() => loadTraining(redis, keys, id)),
    loadAll: (ids) => withStoreErrors(() => loadTrainings(redis, keys, ids)),
    list: (query) => withStoreErrors(() => listTrainings(redis, keys, query)),
    listIds: (query) => withStoreErrors(() => listTrainingIds(redis, keys, query)),
    listEvents: (id, afterSeq = 0) => withStoreErrors(() => readEvents(redis, keys, { id, afterSeq })),
    findByAlias: (alias) => withStoreErrors(() => findByAlias(redis, keys, alias)),
    findRunOwner: (endpointId, runId) => withStoreErrors(() => readRunOwner(redis, keys, endpointId, runId)),
    listUnfinished: (subject) => withStoreErrors(() => redis.zrange(keys.unfinished(subject), '0', '-1')),
    findBusyActors: (ids) => withStoreErrors(() => findBusyActors(redis, keys, ids)),
    listPending: () => listPending(redis, keys),
    listActiveAttempts: () =>
      withStoreErrors(async () => parseActiveAttempts(await redis.hgetall(keys.activeAttempts))),
    count: (status) => withStoreErrors(() => countTrainings(redis, keys, status)),
    getCounts: () => withStoreErrors(() => readCounts(redis, keys)),
    ping: () =>
      withStoreErrors(async () => void (await redis.set(keys.writeCheck, '1', 'PX', WRITE_CHECK_MS))),
  };
}

async function* listPending(redis: Redis, keys: Keys): AsyncIterable<string> {
  let after = '-';
  for (;;) {
    const ids = await withStoreErrors(() =>
      redis.zrangebylex(keys.pending, after, '+', 'LIMIT', 0, PENDING_BATCH_SIZE),
    );
    yield* ids;
    const last = ids.at(-1);
    if (last === undefined || ids.length < PENDING_BATCH_SIZE) return;
    after = `(${last}`;
  }
}

function parseActiveAttempts(entries: Readonly<Record<string, string>>): readonly ActiveAttempt[] {
  return Object.entries(entries).map(([trainingId, entry]) => ({
    trainingId,
    ...(JSON.parse(entry) as { attempt: number; since: number }),
  }));
}

/** Run ids and job ids, which Trainyard and RunPod assign, precede the request id of a caller. */
async function findByAlias(redis: Redis, keys: Keys, name: string): Promise<string | undefined> {
  const ids = await redis.mget(keys.alias('run', name), keys.alias('job', name), keys.alias('request', name));
  return ids.find((id) => id !== null) ?? undefined;
}

async function readRunOwner(
  redis: Redis,
  keys: Keys,
  ...run: readonly [endpointId: string, runId: string]
): Promise<RunOwner | undefined> {
  const owner = await redis.get(keys.runOwner(...run));
  return owner === null ? undefined : (JSON.parse(owner) as RunOwner);
}

async function readEvents(
  redis: Redis,
  keys: Keys,
  { id, afterSeq }: { readonly id: string; readonly afterSeq: number },
): Promise<readonly EventRecord[]> {
  const lines = await redis.lrange(keys.events(id), 0, -1);
  return lines.map((line) => JSON.parse(line) as EventRecord).filter(({ seq }) => seq > afterSeq);
}

/** Checks all actors in a single round trip. */
async function findBusyActors(
  redis: Redis,
  keys: Keys,
  actorIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (actorIds.length === 0) return new Set();
  const pipeline = redis.pipeline();
  for (const id of actorIds) pipeline.exists(keys.unfinished({ kind: 'actor', id }));
  const replies = unwrapPipeline(await pipeline.exec());
  return new Set(actorIds.filter((_, at) => replies[at] === 1));
}
