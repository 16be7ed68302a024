import { randomUUID } from 'node:crypto';
import type {
  AcceptAnswer,
  EventRecord,
  LedgerEntry,
  StartAnswer,
  TrainingStore,
  WebhookNote,
} from '@trainyard/application';
import { StoreUnavailableError } from '@trainyard/application';
import type { Queued, Training } from '@trainyard/domain';
import type { Redis } from 'ioredis';
import { type Keys, keysOf } from '../redis/keys.ts';
import { type Change, changeOf, eventRecord } from './change.ts';
import { type ControlChange, InvalidBoundError, readControl, writeControl } from './control.ts';
import { listTrainings } from './listing.ts';
import { ACCEPT, NOTE_END, SAVE, START } from './scripts.ts';

const CLAIM_SECONDS = 24 * 3600;
const HOOKS_KEPT = 5;
const HOOKS_SECONDS = 8 * 24 * 3600;
const OWED_BATCH = 200;
/** Ten years: a slot belongs to the run, never to a clock (I8). */
export const LOCK_MS = 10 * 365 * 24 * 3_600_000;

export interface StoreOptions {
  readonly redis: Redis;
  readonly prefix: string;
  /** Called after bound, pause or gate changed. */
  readonly onControl: (change: ControlChange) => Promise<void>;
}

/** Says of every failing call that the record is away, unless the fault is the caller's. */
const guarded = async <T>(call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    if (error instanceof InvalidBoundError) throw error;
    throw new StoreUnavailableError(error);
  }
};

const run = (
  redis: Redis,
  script: string,
  change: Change,
  moreKeys: readonly string[] = [],
): Promise<unknown> => {
  const keys = [...change.keys, ...moreKeys];
  return redis.eval(
    script,
    keys.length,
    ...keys,
    JSON.stringify(change.facts),
    change.document,
    change.event,
  );
};

const acceptedEvent = (training: Queued): EventRecord => ({
  seq: training.rev,
  at: training.acceptedAt,
  type: 'accepted',
  from: null,
  to: 'queued',
  cause: 'api',
  detail: { priority: training.priority, source: training.request.source },
});

const indexesOf = (keys: Keys, { request }: Queued): readonly string[] => [
  keys.indexAll,
  keys.indexKind(request.subject.kind),
  keys.indexSubject(request.subject),
  ...(request.batchId === undefined ? [] : [keys.indexBatch(request.batchId)]),
];

const acceptAnswer = ([kind, trainingId = '', priority]: readonly string[]): AcceptAnswer => {
  if (kind === 'replayed') return { kind, trainingId, priority: Number(priority) };
  if (kind === 'conflict' || kind === 'subject_busy') return { kind, trainingId };
  return { kind: 'accepted' };
};

const writing = (redis: Redis, keys: Keys): Pick<TrainingStore, 'accept' | 'save' | 'start'> => ({
  accept: (training, { claim, exclusive }) =>
    guarded(async () => {
      const change = changeOf(keys, training, acceptedEvent(training), {
        nonce: randomUUID(),
        exclusive,
        indexes: indexesOf(keys, training),
        priority: training.priority,
        claimSeconds: CLAIM_SECONDS,
        ...(claim && { claim: keys.claim(claim.key), fingerprint: claim.fingerprint }),
      });
      return acceptAnswer((await run(redis, ACCEPT, change)) as string[]);
    }),
  save: (training, event, before) =>
    guarded(async () => {
      const change = changeOf(keys, training, eventRecord(training, event, before), { nonce: randomUUID() });
      return (await run(redis, SAVE, change)) as 'saved' | 'stale';
    }),
  start: (training, event, { before, adoptedFrom }) =>
    guarded(async () => {
      if (training.status !== 'submitting') return 'stale';
      const { nonce, jobToken, number: attempt } = training.attempt;
      const change = changeOf(keys, training, eventRecord(training, event, before), {
        nonce,
        jobToken,
        attempt,
        lockMs: LOCK_MS,
        ...(adoptedFrom !== undefined && { adoptedFrom }),
      });
      const more = [keys.jobLock(training.id), keys.activeJobs];
      return (await run(redis, START, change, more)) as StartAnswer;
    }),
});

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

const reading = (
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

const hooks = (redis: Redis, keys: Keys): Pick<TrainingStore, 'noteWebhook' | 'webhookNotes'> => ({
  noteWebhook: (id, note) =>
    guarded(async () => {
      const key = keys.hooks(id, note.attempt);
      await redis
        .multi()
        .lpush(key, JSON.stringify(note))
        .ltrim(key, 0, HOOKS_KEPT - 1)
        .expire(key, HOOKS_SECONDS)
        .exec();
    }),
  webhookNotes: (id, attempt) =>
    guarded(async () => {
      const notes = await redis.lrange(keys.hooks(id, attempt), 0, -1);
      return notes.map((note) => JSON.parse(note) as WebhookNote);
    }),
});

/** The record on Redis. Every method throws StoreUnavailableError while Redis is away. */
export const createTrainingStore = ({ redis, prefix, onControl }: StoreOptions): TrainingStore => {
  const keys = keysOf(prefix);
  return {
    ...writing(redis, keys),
    ...reading(redis, keys),
    ...hooks(redis, keys),
    noteRunEnd: (failure) =>
      guarded(async () => Number(await redis.eval(NOTE_END, 1, keys.control, failure ?? ''))),
    control: () => guarded(() => readControl(redis, keys)),
    setControl: (change) =>
      guarded(async () => {
        await writeControl(redis, keys, change);
        await onControl(change);
        return readControl(redis, keys);
      }),
  };
};
