import { randomUUID } from 'node:crypto';
import type { ActiveJob, TrainingLine } from '@trainyard/application';
import { QueueEvents, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { LOCK_MS } from '../record/writing.ts';
import { connectForWaiting, disconnect, type OnRedisError, type RedisPlace } from '../redis/connection.ts';
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

/** Opens the dispatcher's end. It fetches without blocking and is woken by events; it never works a job by itself. */
export const openTrainingLine = async (options: LineOptions): Promise<TrainingLine> => {
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
  return {
    take: async () => {
      const jobToken = randomUUID();
      const job = await worker.getNextJob(jobToken, { block: false });
      return job?.id === undefined ? undefined : { trainingId: job.id, jobToken };
    },
    active: () => readActive(options),
    drop: async (trainingId) => void (await redis.lrem(keys.activeJobs, 0, trainingId)),
    nextDueMs: async () => {
      const [, score] = await redis.zrange(
        `${place.prefix}:${QUEUES.trainings}:delayed`,
        '0',
        '0',
        'WITHSCORES',
      );
      return score === undefined
        ? undefined
        : Math.max(0, Math.floor(Number(score) / DELAY_SHIFT) - Date.now());
    },
    close: async () => {
      await Promise.allSettled([worker.close(), events.close()]);
      await Promise.all(connections.map(disconnect));
    },
  };
};
