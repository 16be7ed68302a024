import type { Errands } from '@trainyard/application';
import { type Job, Queue, Worker } from 'bullmq';
import { connectForWaiting, disconnect, type OnRedisError, type RedisPlace } from '../redis/connection.ts';
import { QUEUES } from '../redis/keys.ts';

/** Something that runs until it is closed. */
export interface Running {
  close(): Promise<void>;
}

interface ErrandOptions {
  readonly place: RedisPlace;
  readonly errands: Errands;
  readonly concurrency: number;
  /** Looks at a training. @returns after how many ms to look again, undefined for never */
  readonly handle: (trainingId: string) => Promise<number | undefined>;
  readonly onError: OnRedisError;
}

/** A worker that died leaves its errand to others after this; errands take seconds. Real ms. */
const LOCK_MS = 15_000;
const STALLED_CHECK_MS = 5_000;
const AFTER_FAILURE_MS = 5_000;
const SCHEDULE_AGAIN_MS = 15_000;
const KEEP_NONE = { removeOnComplete: true, removeOnFail: { count: 100 } };

const trainingOf = (job: Job): string => String((job.data as { training_id: unknown }).training_id);

/**
 * Runs errands. One never snoozes itself: it ends, and its successor is added after that (a webhook's hurry during
 * the errand would be swallowed otherwise, DESIGN §4).
 */
export const runErrands = async (options: ErrandOptions): Promise<Running> => {
  const { place, errands, handle, onError } = options;
  const connection = connectForWaiting(place, onError);
  const worker = new Worker(QUEUES.reconcile, async (job) => (await handle(trainingOf(job))) ?? null, {
    connection,
    prefix: place.prefix,
    concurrency: options.concurrency,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    maxStalledCount: 1_000,
  });
  worker.on('error', onError);
  worker.on('completed', (job, nextMs: unknown) => {
    if (typeof nextMs === 'number') errands.look(trainingOf(job), { delayMs: nextMs }).catch(onError);
  });
  worker.on('failed', (job, error) => {
    onError(error);
    if (job) errands.look(trainingOf(job), { delayMs: AFTER_FAILURE_MS }).catch(onError);
  });
  await worker.waitUntilReady();
  return {
    close: async () => {
      await worker.close();
      await disconnect(connection);
    },
  };
};

interface HousekeepingOptions {
  readonly place: RedisPlace;
  /** What is done again and again, by name, with the real ms between. */
  readonly chores: Readonly<Record<string, { readonly everyMs: number; readonly run: () => Promise<void> }>>;
  readonly onError: OnRedisError;
}

/** Runs the chores that no single training asks for. However many processes run, each chore is done once a turn. */
export const runHousekeeping = async ({ place, chores, onError }: HousekeepingOptions): Promise<Running> => {
  const connection = connectForWaiting(place, onError);
  const queue = new Queue(QUEUES.housekeeping, { connection, prefix: place.prefix });
  const worker = new Worker(QUEUES.housekeeping, async (job) => chores[job.name]?.run(), {
    connection,
    prefix: place.prefix,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
  });
  queue.on('error', onError);
  worker.on('error', onError);
  worker.on('failed', (_, error) => onError(error));
  const schedule = async (): Promise<void> => {
    for (const [name, { everyMs }] of Object.entries(chores))
      await queue.upsertJobScheduler(name, { every: everyMs }, { name, opts: KEEP_NONE });
  };
  await schedule();
  // A Redis that was flushed knows no schedule any more.
  const again = setInterval(() => schedule().catch(onError), SCHEDULE_AGAIN_MS);
  await worker.waitUntilReady();
  return {
    close: async () => {
      clearInterval(again);
      await worker.close();
      await queue.close();
      await disconnect(connection);
    },
  };
};
