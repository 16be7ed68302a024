import type { ActiveAttempt, EventRecord, IdempotencyClaim, TrainingStore } from '@trainyard/application';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';
import { parseTraining } from './change.ts';
import { countTrainings, listTrainings, loadTrainings } from './list.ts';
import { withStoreErrors } from './run-script.ts';
import { toReplayed } from './writes.ts';

const PENDING_BATCH_SIZE = 200;

/** Everything that is read of the record. */
export function createReads(redis: Redis, keys: Keys): Reads {
  return {
    findAccepted: (claim) => withStoreErrors(() => readClaim(redis, keys, claim)),
    load: (id) =>
      withStoreErrors(async () => {
        return parseTraining(id, await redis.hmget(keys.training(id), 'doc', 'request'));
      }),
    loadAll: (ids) => withStoreErrors(() => loadTrainings(redis, keys, ids)),
    list: (query) => withStoreErrors(() => listTrainings(redis, keys, query)),
    listEvents: (id, afterSeq = 0) => withStoreErrors(() => readEvents(redis, keys, { id, afterSeq })),
    findByAlias: (alias) => withStoreErrors(() => findByAlias(redis, keys, alias)),
    listUnfinished: (subject) => withStoreErrors(() => redis.zrange(keys.live(subject), '0', '-1')),
    findBusyActors: (ids) => withStoreErrors(() => findBusyActors(redis, keys, ids)),
    listPending: () => listPending(redis, keys),
    listActiveAttempts: () =>
      withStoreErrors(async () => parseActiveAttempts(await redis.hgetall(keys.activeAttempts))),
    count: (status) => withStoreErrors(() => countTrainings(redis, keys, status)),
    ping: () => withStoreErrors(async () => void (await redis.ping())),
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

/** What became of an Idempotency-Key before. */
async function readClaim(
  redis: Redis,
  keys: Keys,
  { key, fingerprint }: IdempotencyClaim,
): ReturnType<TrainingStore['findAccepted']> {
  const fields = ['fingerprint', 'id', 'priority', 'hold'];
  const [storedFingerprint, trainingId, priority = null, hold = null] = await redis.hmget(
    keys.claim(key),
    ...fields,
  );
  if (!storedFingerprint || !trainingId) return undefined;
  return storedFingerprint === fingerprint
    ? toReplayed(trainingId, priority, hold)
    : { kind: 'conflict', trainingId };
}

/** The names that are ours come before the one that the caller chose. */
async function findByAlias(redis: Redis, keys: Keys, name: string): Promise<string | undefined> {
  const ids = await redis.mget(keys.alias('run', name), keys.alias('job', name), keys.alias('request', name));
  return ids.find((id) => id !== null) ?? undefined;
}

async function readEvents(
  redis: Redis,
  keys: Keys,
  { id, afterSeq }: { readonly id: string; readonly afterSeq: number },
): Promise<readonly EventRecord[]> {
  const lines = await redis.lrange(keys.events(id), 0, -1);
  return lines.map((line) => JSON.parse(line) as EventRecord).filter(({ seq }) => seq > afterSeq);
}

/** One round trip for all. */
async function findBusyActors(
  redis: Redis,
  keys: Keys,
  actorIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const pipeline = redis.pipeline();
  for (const id of actorIds) pipeline.exists(keys.live({ kind: 'actor', id }));
  const answers = actorIds.length === 0 ? [] : ((await pipeline.exec()) ?? []);
  return new Set(
    actorIds.filter((_, at) => {
      const [error, exists] = answers[at] ?? [];
      if (error) throw error;
      return exists === 1;
    }),
  );
}

type Reads = Pick<
  TrainingStore,
  | 'findAccepted'
  | 'load'
  | 'loadAll'
  | 'list'
  | 'listEvents'
  | 'findByAlias'
  | 'listUnfinished'
  | 'findBusyActors'
  | 'listPending'
  | 'listActiveAttempts'
  | 'count'
  | 'ping'
>;
