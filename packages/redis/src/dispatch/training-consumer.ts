import { randomUUID } from 'node:crypto';
import type { ActiveJob, ClaimedJob, TrainingConsumer } from '@trainyard/application';
import { QueueEvents, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import {
  closeWithTimeout,
  connectForBlocking,
  disconnect,
  type OnRedisError,
  type RedisAddress,
} from '../redis/connection.ts';
import { createKeys, QUEUES } from '../redis/keys.ts';
import { assertConcurrencyLimit, removeMissingJob } from '../scripts/training-scripts.ts';
import { LOCK_MS } from '../trainings/writes.ts';
import { subscribeToWakeEvents, waitForFirstEvent } from './wake-events.ts';

/** BullMQ stores the due time of a delayed job in the score, above 12 bits for the order of insertion. */
const DELAY_SHIFT = 0x1000;

interface ConsumerOptions {
  readonly address: RedisAddress;
  readonly redis: Redis;
  readonly onWake: () => void;
  readonly onError: OnRedisError;
}

/**
 * Opens the dispatcher's consumer of the queue. It fetches jobs without blocking, is woken by events, and never processes
 * a job itself: a job stays active while its run is alive (docs/concepts/dispatch-and-slots.md).
 */
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
  subscribeToWakeEvents(events, onWake);
  await Promise.all([worker.waitUntilReady(), events.waitUntilReady()]);
  await waitForFirstEvent(events, options);
  return {
    claim: () => claimJob(options, worker),
    listActive: () => readActiveJobs(options),
    removeFromActive: (trainingId) => removeMissingJob(redis, keys, trainingId),
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

/** Claims the next job under a new lock token, after BullMQ's own limit was set to the concurrency limit. */
async function claimJob(
  { address, redis }: ConsumerOptions,
  worker: Worker,
): Promise<ClaimedJob | undefined> {
  await assertConcurrencyLimit(redis, createKeys(address.prefix));
  const lockToken = randomUUID();
  const job = await worker.getNextJob(lockToken, { block: false });
  return job?.id === undefined ? undefined : { trainingId: job.id, lockToken };
}

async function readNextDueMs({ address, redis }: ConsumerOptions): Promise<number | undefined> {
  const { delayedJobs } = createKeys(address.prefix);
  const [, score] = await redis.zrange(delayedJobs, '0', '0', 'WITHSCORES');
  return score === undefined ? undefined : Math.max(0, Math.floor(Number(score) / DELAY_SHIFT) - Date.now());
}
