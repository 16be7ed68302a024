import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { ActiveJob, ClaimedJob, TrainingConsumer } from '@trainyard/application';
import { QueueEvents, QueueEventsProducer, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { LOCK_MS } from '../record/writing.ts';
import {
  closePart,
  connectForWaiting,
  disconnect,
  type OnRedisError,
  type RedisPlace,
} from '../redis/connection.ts';
import { keysOf, QUEUES } from '../redis/keys.ts';

/** Everything that can free a slot or add to the line (DESIGN §4 rule 8). `bound` is our own: raising it emits none. */
const WAKING = [
  'waiting',
  'completed',
  'failed',
  'delayed',
  'removed',
  'added',
  'resumed',
  'drained',
] as const;
/** The event that is published when bound, pause or gate change. */
export const CONTROL_CHANGED = 'control-changed';

/** Published by each line that opens, to itself. */
const LINE_OPENED = 'line-opened';
const READ_ONE_TRIES = 20;
const READ_ONE_WAIT_MS = 5;

/** BullMQ keeps a delayed job's due time in the score, above 12 bits of order. */
const DELAY_SHIFT = 0x1000;

interface LineOptions {
  readonly place: RedisPlace;
  readonly redis: Redis;
  readonly onWake: () => void;
  readonly onError: OnRedisError;
}

const listen = (events: QueueEvents, onWake: () => void): void => {
  for (const name of WAKING) events.on(name, onWake);
  (events as unknown as { on(name: string, listener: () => void): void }).on(CONTROL_CHANGED, onWake);
};

type Heard = (name: string, listener: (args: { readonly token?: string }) => void) => void;

/**
 * Reads one event of its own before the others are trusted: until then they are read from «now», and what comes
 * between two readings is lost (DESIGN §4 rule 10). After a while it goes on without: the tick finds the rest.
 */
const readOne = async (events: QueueEvents, { place, redis }: LineOptions): Promise<void> => {
  const producer = new QueueEventsProducer(QUEUES.trainings, { connection: redis, prefix: place.prefix });
  const token = randomUUID();
  let heard = false;
  (events.on as Heard).call(events, LINE_OPENED, (args) => {
    heard ||= args.token === token;
  });
  for (let tries = 0; !heard && tries < READ_ONE_TRIES; tries += 1) {
    await producer.publishEvent({ eventName: LINE_OPENED, token });
    for (let waits = 0; !heard && waits < 10; waits += 1) await wait(READ_ONE_WAIT_MS);
  }
  await producer.close();
};

const readActive = async ({ redis, place }: LineOptions): Promise<readonly ActiveJob[]> => {
  const keys = keysOf(place.prefix);
  const ids = await redis.lrange(keys.activeJobs, 0, -1);
  return Promise.all(
    ids.map(async (trainingId) => {
      const [lock, processedOn, exists] = await Promise.all([
        redis.get(keys.jobLock(trainingId)),
        redis.hget(keys.job(trainingId), 'processedOn'),
        redis.exists(keys.job(trainingId)),
      ]);
      const heldForMs = Date.now() - Number(processedOn ?? 0);
      return { trainingId, jobToken: lock ?? '0', exists: exists === 1, heldForMs };
    }),
  );
};

/** An id without a job behind it; asked and taken off in one step, since the job may come meanwhile. */
const DROP = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
return redis.call('LREM', KEYS[2], 0, ARGV[1])
`;

/** The queue's own bound as the record has it: whatever removed it, BullMQ gives out no more (DESIGN §4 rule 9). */
const ASSERT_BOUND = `
local bound = tonumber(redis.call('HGET', KEYS[1], 'bound') or '0')
if bound >= 1 then redis.call('HSET', KEYS[2], 'concurrency', bound) end
return bound
`;

const take = async ({ place, redis }: LineOptions, worker: Worker): Promise<ClaimedJob | undefined> => {
  const keys = keysOf(place.prefix);
  await redis.eval(ASSERT_BOUND, 2, keys.control, `${place.prefix}:${QUEUES.trainings}:meta`);
  const lockToken = randomUUID();
  const job = await worker.getNextJob(lockToken, { block: false });
  return job?.id === undefined ? undefined : { trainingId: job.id, lockToken };
};

const nextDueMs = async ({ place, redis }: LineOptions): Promise<number | undefined> => {
  const delayed = `${place.prefix}:${QUEUES.trainings}:delayed`;
  const [, score] = await redis.zrange(delayed, '0', '0', 'WITHSCORES');
  return score === undefined ? undefined : Math.max(0, Math.floor(Number(score) / DELAY_SHIFT) - Date.now());
};

/** Opens the dispatcher's end. It fetches without blocking and is woken by events; it never works a job by itself. */
export const openTrainingLine = async (options: LineOptions): Promise<TrainingConsumer> => {
  const { place, redis, onWake, onError } = options;
  const keys = keysOf(place.prefix);
  const connections = [connectForWaiting(place, onError), connectForWaiting(place, onError)] as const;
  const worker = new Worker(QUEUES.trainings, null, {
    connection: connections[0],
    prefix: place.prefix,
    autorun: false,
    skipStalledCheck: true,
    skipLockRenewal: true,
    lockDuration: LOCK_MS,
  });
  const events = new QueueEvents(QUEUES.trainings, { connection: connections[1], prefix: place.prefix });
  worker.on('error', onError);
  events.on('error', onError);
  listen(events, onWake);
  await Promise.all([worker.waitUntilReady(), events.waitUntilReady()]);
  await readOne(events, options);
  return {
    claim: () => take(options, worker),
    listActive: () => readActive(options),
    removeFromActive: async (trainingId) =>
      void (await redis.eval(DROP, 2, keys.job(trainingId), keys.activeJobs, trainingId)),
    nextDueMs: () => nextDueMs(options),
    close: async () => {
      await Promise.allSettled([closePart(worker, connections[0]), closePart(events, connections[1])]);
      await Promise.all(connections.map(disconnect));
    },
  };
};
