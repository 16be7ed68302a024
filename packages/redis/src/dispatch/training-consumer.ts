import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { ActiveJob, ClaimedJob, TrainingConsumer } from '@trainyard/application';
import { QueueEvents, QueueEventsProducer, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import {
  closeWithTimeout,
  connectForBlocking,
  disconnect,
  type OnRedisError,
  type RedisAddress,
} from '../redis/connection.ts';
import { createKeys, QUEUES } from '../redis/keys.ts';
import { LOCK_MS } from '../trainings/writes.ts';

/** Everything that can free a slot or add to the line (DESIGN §4 rule 8). `max_concurrency` is our own: raising it emits none. */
const WAKE_EVENTS = [
  'waiting',
  'completed',
  'failed',
  'delayed',
  'removed',
  'added',
  'resumed',
  'drained',
] as const;
/** The event that is published when max_concurrency, pause or gate change. */
export const CONTROL_CHANGED = 'control-changed';

/** Published by each line that opens, to itself. */
const CONSUMER_OPENED = 'consumer-opened';
const FIRST_EVENT_TRIES = 20;
const FIRST_EVENT_WAIT_MS = 5;

/** BullMQ keeps a delayed job's due time in the score, above 12 bits of order. */
const DELAY_SHIFT = 0x1000;

interface ConsumerOptions {
  readonly address: RedisAddress;
  readonly redis: Redis;
  readonly onWake: () => void;
  readonly onError: OnRedisError;
}

/** Opens the dispatcher's end. It fetches without blocking and is woken by events; it never works a job by itself. */
export async function openTrainingConsumer(options: ConsumerOptions): Promise<TrainingConsumer> {
  const { address, redis, onWake, onError } = options;
  const keys = createKeys(address.prefix);
  const connections = [connectForBlocking(address, onError), connectForBlocking(address, onError)] as const;
  const worker = new Worker(QUEUES.trainings, null, {
    connection: connections[0],
    prefix: address.prefix,
    autorun: false,
    skipStalledCheck: true,
    skipLockRenewal: true,
    lockDuration: LOCK_MS,
  });
  const events = new QueueEvents(QUEUES.trainings, { connection: connections[1], prefix: address.prefix });
  worker.on('error', onError);
  events.on('error', onError);
  subscribe(events, onWake);
  await Promise.all([worker.waitUntilReady(), events.waitUntilReady()]);
  await waitForFirstEvent(events, options);
  return {
    claim: () => claimJob(options, worker),
    listActive: () => readActiveJobs(options),
    removeFromActive: async (trainingId) =>
      void (await redis.eval(REMOVE_MISSING_JOB, 2, keys.job(trainingId), keys.activeJobs, trainingId)),
    nextDueMs: () => readNextDueMs(options),
    close: async () => {
      await Promise.allSettled([
        closeWithTimeout(worker, connections[0]),
        closeWithTimeout(events, connections[1]),
      ]);
      await Promise.all(connections.map(disconnect));
    },
  };
}

function subscribe(events: QueueEvents, onWake: () => void): void {
  for (const name of WAKE_EVENTS) events.on(name, onWake);
  (events as unknown as { on(name: string, listener: () => void): void }).on(CONTROL_CHANGED, onWake);
}

type SubscribeToToken = (name: string, listener: (args: { readonly token?: string }) => void) => void;

/**
 * Reads one event of its own before the others are trusted: until then they are read from «now», and what comes
 * between two readings is lost (DESIGN §4 rule 10). After a while it goes on without: the tick finds the rest.
 */
async function waitForFirstEvent(events: QueueEvents, { address, redis }: ConsumerOptions): Promise<void> {
  const producer = new QueueEventsProducer(QUEUES.trainings, { connection: redis, prefix: address.prefix });
  const token = randomUUID();
  let received = false;
  (events.on as SubscribeToToken).call(events, CONSUMER_OPENED, (args) => {
    received ||= args.token === token;
  });
  for (let tries = 0; !received && tries < FIRST_EVENT_TRIES; tries += 1) {
    await producer.publishEvent({ eventName: CONSUMER_OPENED, token });
    for (let waits = 0; !received && waits < 10; waits += 1) await wait(FIRST_EVENT_WAIT_MS);
  }
  await producer.close();
}

async function readActiveJobs({ redis, address }: ConsumerOptions): Promise<readonly ActiveJob[]> {
  const keys = createKeys(address.prefix);
  const ids = await redis.lrange(keys.activeJobs, 0, -1);
  return Promise.all(
    ids.map(async (trainingId) => {
      const [lock, processedOn, exists] = await Promise.all([
        redis.get(keys.jobLock(trainingId)),
        redis.hget(keys.job(trainingId), 'processedOn'),
        redis.exists(keys.job(trainingId)),
      ]);
      const heldForMs = Date.now() - Number(processedOn ?? 0);
      return { trainingId, lockToken: lock ?? '0', exists: exists === 1, heldForMs };
    }),
  );
}

/** An id without a job behind it; asked and taken off in one step, since the job may come meanwhile. */
const REMOVE_MISSING_JOB = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
return redis.call('LREM', KEYS[2], 0, ARGV[1])
`;

/** The queue's own max_concurrency as the record has it: whatever removed it, BullMQ gives out no more (DESIGN §4 rule 9). */
const ASSERT_CONCURRENCY_LIMIT = `
local max_concurrency = tonumber(redis.call('HGET', KEYS[1], 'max_concurrency') or '0')
if max_concurrency >= 1 then redis.call('HSET', KEYS[2], 'concurrency', max_concurrency) end
return max_concurrency
`;

async function claimJob(
  { address, redis }: ConsumerOptions,
  worker: Worker,
): Promise<ClaimedJob | undefined> {
  const keys = createKeys(address.prefix);
  await redis.eval(ASSERT_CONCURRENCY_LIMIT, 2, keys.control, `${address.prefix}:${QUEUES.trainings}:meta`);
  const lockToken = randomUUID();
  const job = await worker.getNextJob(lockToken, { block: false });
  return job?.id === undefined ? undefined : { trainingId: job.id, lockToken };
}

async function readNextDueMs({ address, redis }: ConsumerOptions): Promise<number | undefined> {
  const delayed = `${address.prefix}:${QUEUES.trainings}:delayed`;
  const [, score] = await redis.zrange(delayed, '0', '0', 'WITHSCORES');
  return score === undefined ? undefined : Math.max(0, Math.floor(Number(score) / DELAY_SHIFT) - Date.now());
}
