import type { EventRecord, LedgerEntry, TrainingStore } from '@trainyard/application';
import type { Training } from '@trainyard/domain';
import type { Redis } from 'ioredis';
import type { Keys } from '../redis/keys.ts';
import { listTrainings } from './listing.ts';
import { guarded } from './run.ts';

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

const ledgerOf = (entries: Readonly<Record<string, string>>): readonly LedgerEntry[] =>
  Object.entries(entries).map(([trainingId, entry]) => ({
    trainingId,
    ...(JSON.parse(entry) as { attempt: number; since: number }),
  }));

/** Everything that is read of the record. */
export const reading = (
  redis: Redis,
  keys: Keys,
): Pick<
  TrainingStore,
  | 'claimed'
  | 'load'
  | 'list'
  | 'events'
  | 'findByAlias'
  | 'unfinishedOf'
  | 'owed'
  | 'ledger'
  | 'count'
  | 'ping'
> => ({
  claimed: ({ key, fingerprint }) =>
    guarded(async () => {
      const [had, trainingId, priority] = await redis.hmget(keys.claim(key), 'fingerprint', 'id', 'priority');
      if (!had || !trainingId) return undefined;
      return had === fingerprint
        ? { kind: 'replayed', trainingId, priority: Number(priority) }
        : { kind: 'conflict', trainingId };
    }),
  load: (id) =>
    guarded(async () => {
      const doc = await redis.hget(keys.training(id), 'doc');
      return doc === null ? undefined : (JSON.parse(doc) as Training);
    }),
  list: (query) => guarded(() => listTrainings(redis, keys, query)),
  events: (id, afterSeq = 0) =>
    guarded(async () => {
      const lines = await redis.lrange(keys.events(id), 0, -1);
      return lines.map((line) => JSON.parse(line) as EventRecord).filter(({ seq }) => seq > afterSeq);
    }),
  findByAlias: (alias) => guarded(async () => (await redis.get(keys.alias(alias))) ?? undefined),
  unfinishedOf: (subject) => guarded(() => redis.zrange(keys.live(subject), '0', '-1')),
  owed: () => owed(redis, keys),
  ledger: () => guarded(async () => ledgerOf(await redis.hgetall(keys.ledger))),
  count: (status) => guarded(() => redis.zcard(keys.indexStatus(status))),
  ping: () => guarded(async () => void (await redis.ping())),
});
