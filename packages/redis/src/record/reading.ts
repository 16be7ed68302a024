import type { EventRecord, IdempotencyClaim, ActiveAttempt, TrainingStore } from '@trainyard/application';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';
import { trainingFrom } from './change.ts';
import { countTrainings, listTrainings, loadMany } from './lists/listing.ts';
import { guarded } from './run.ts';
import { replayed } from './writing.ts';

const OWED_BATCH = 200;

async function* owed(redis: Redis, keys: Keys): AsyncIterable<string> {
  let after = '-';
  for (;;) {
    const ids = await guarded(() => redis.zrangebylex(keys.owed, after, '+', 'LIMIT', 0, OWED_BATCH));
    yield* ids;
    const last = ids.at(-1);
    if (last === undefined || ids.length < OWED_BATCH) return;
    after = `(${last}`;
  }
}

const ledgerOf = (entries: Readonly<Record<string, string>>): readonly ActiveAttempt[] =>
  Object.entries(entries).map(([trainingId, entry]) => ({
    trainingId,
    ...(JSON.parse(entry) as { attempt: number; since: number }),
  }));

/** What became of an Idempotency-Key before. */
const claimed = async (
  redis: Redis,
  keys: Keys,
  { key, fingerprint }: IdempotencyClaim,
): ReturnType<TrainingStore['findAccepted']> => {
  const fields = ['fingerprint', 'id', 'priority', 'hold'];
  const [had, trainingId, priority = null, hold = null] = await redis.hmget(keys.claim(key), ...fields);
  if (!had || !trainingId) return undefined;
  return had === fingerprint ? replayed(trainingId, priority, hold) : { kind: 'conflict', trainingId };
};

/** The names that are ours come before the one that the caller chose. */
const findByAlias = async (redis: Redis, keys: Keys, name: string): Promise<string | undefined> => {
  const ids = await redis.mget(keys.alias('run', name), keys.alias('job', name), keys.alias('request', name));
  return ids.find((id) => id !== null) ?? undefined;
};

const eventsOf = async (
  redis: Redis,
  keys: Keys,
  { id, afterSeq }: { readonly id: string; readonly afterSeq: number },
): Promise<readonly EventRecord[]> => {
  const lines = await redis.lrange(keys.events(id), 0, -1);
  return lines.map((line) => JSON.parse(line) as EventRecord).filter(({ seq }) => seq > afterSeq);
};

/** One round trip for all. */
const busyActors = async (
  redis: Redis,
  keys: Keys,
  actorIds: readonly string[],
): Promise<ReadonlySet<string>> => {
  const pipeline = redis.pipeline();
  for (const id of actorIds) pipeline.exists(keys.live({ kind: 'actor', id }));
  const answers = actorIds.length === 0 ? [] : ((await pipeline.exec()) ?? []);
  return new Set(
    actorIds.filter((_, at) => {
      const [error, there] = answers[at] ?? [];
      if (error) throw error;
      return there === 1;
    }),
  );
};

type Reading = Pick<
  TrainingStore,
  | 'claimed'
  | 'load'
  | 'loadAll'
  | 'list'
  | 'events'
  | 'findByAlias'
  | 'unfinishedOf'
  | 'busyActors'
  | 'owed'
  | 'ledger'
  | 'count'
  | 'ping'
>;

/** Everything that is read of the record. */
export const reading = (redis: Redis, keys: Keys): Reading => ({
  findAccepted: (claim) => guarded(() => claimed(redis, keys, claim)),
  load: (id) =>
    guarded(async () => {
      return trainingFrom(id, await redis.hmget(keys.training(id), 'doc', 'request'));
    }),
  loadAll: (ids) => guarded(() => loadMany(redis, keys, ids)),
  list: (query) => guarded(() => listTrainings(redis, keys, query)),
  listEvents: (id, afterSeq = 0) => guarded(() => eventsOf(redis, keys, { id, afterSeq })),
  findByAlias: (alias) => guarded(() => findByAlias(redis, keys, alias)),
  listUnfinished: (subject) => guarded(() => redis.zrange(keys.live(subject), '0', '-1')),
  findBusyActors: (ids) => guarded(() => busyActors(redis, keys, ids)),
  listPending: () => owed(redis, keys),
  listActiveAttempts: () => guarded(async () => ledgerOf(await redis.hgetall(keys.ledger))),
  count: (status) => guarded(() => countTrainings(redis, keys, status)),
  ping: () => guarded(async () => void (await redis.ping())),
});
