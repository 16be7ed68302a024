import type { Clock, UniqueJobs } from '@trainyard/application';
import { type Job, Queue, Worker } from 'bullmq';
import {
  closePart,
  connectForWaiting,
  disconnect,
  type OnRedisError,
  type RedisPlace,
} from '../redis/connection.ts';
import { QUEUES } from '../redis/keys.ts';
import { forgetFuture, hasten } from './clock-set-back.ts';
import type { ErrandKind } from './errands.ts';
import { restWhenRefused } from './rest.ts';

/** Something that runs until it is closed. */
export interface Running {
  close(): Promise<void>;
}

interface ErrandOptions {
  readonly place: RedisPlace;
  readonly queue: Queue;
  readonly kind: ErrandKind;
  readonly errands: UniqueJobs;
  readonly concurrency: number;
  /** Does the errand. @returns after how many ms it is due again, undefined for never */
  readonly handle: (id: string) => Promise<number | undefined>;
  readonly onError: OnRedisError;
  readonly clock: Pick<Clock, 'realMs'>;
}

/** A worker that died leaves its errand to others after this; errands take seconds. */
const LOCK_MS = 15_000;
const STALLED_CHECK_MS = 5_000;
/** However time is scaled, a process must be able to renew a lock in time. Real ms. */
const SHORTEST_LOCK_MS = 1_500;
const SHORTEST_CHECK_MS = 500;
const SHORTEST_SCHEDULE_MS = 1_000;
const AFTER_FAILURE_MS = 5_000;
const SCHEDULE_AGAIN_MS = 15_000;
const KEEP_NONE = { removeOnComplete: true, removeOnFail: { count: 100 } };

/** How long an errand stays with a worker that no longer renews it, and how often that is looked for. */
const leaseOf = (clock: Pick<Clock, 'realMs'>) => ({
  lockDuration: Math.max(SHORTEST_LOCK_MS, Math.round(clock.realMs(LOCK_MS))),
  stalledInterval: Math.max(SHORTEST_CHECK_MS, Math.round(clock.realMs(STALLED_CHECK_MS))),
});

/** How often what only a fault can have disturbed is put right. Real ms. */
const againMs = (clock: Pick<Clock, 'realMs'>): number =>
  Math.max(SHORTEST_SCHEDULE_MS, clock.realMs(SCHEDULE_AGAIN_MS));

const subjectOf = (job: Job, { field }: ErrandKind): string =>
  String((job.data as Readonly<Record<string, unknown>>)[field]);

/**
 * Runs errands. One never snoozes itself: it ends, and its successor is added after that (a webhook's hurry during
 * the errand would be swallowed otherwise, DESIGN §4).
 */
export const runErrands = async (options: ErrandOptions): Promise<Running> => {
  const { place, kind, errands, handle, onError } = options;
  const connection = connectForWaiting(place, onError);
  const worker = new Worker(options.queue.name, async (job) => (await handle(subjectOf(job, kind))) ?? null, {
    connection,
    prefix: place.prefix,
    concurrency: options.concurrency,
    ...leaseOf(options.clock),
    maxStalledCount: 1_000,
  });
  worker.on('error', onError);
  worker.on('completed', (job, nextMs: unknown) => {
    if (typeof nextMs === 'number') errands.schedule(subjectOf(job, kind), { delayMs: nextMs }).catch(onError);
  });
  worker.on('failed', (job, error) => {
    onError(error);
    if (job) errands.schedule(subjectOf(job, kind), { delayMs: AFTER_FAILURE_MS }).catch(onError);
  });
  const stayAwake = restWhenRefused(worker);
  await worker.waitUntilReady();
  const hastening = setInterval(() => hasten(options.queue).catch(onError), againMs(options.clock));
  return {
    close: async () => {
      clearInterval(hastening);
      stayAwake();
      await closePart(worker, connection);
      await disconnect(connection);
    },
  };
};

/** What is done again and again. */
interface Chore {
  /** Real ms between two turns. */
  readonly everyMs: number;
  readonly run: () => Promise<void>;
  /** Also at the moments that a cron names; undefined where none does just now. */
  readonly at?: () => Promise<{ readonly pattern: string; readonly tz: string } | undefined>;
}

interface HousekeepingOptions {
  readonly place: RedisPlace;
  readonly chores: Readonly<Record<string, Chore>>;
  readonly onError: OnRedisError;
  readonly clock: Pick<Clock, 'realMs'>;
}

/** A long chore holds up no other; in one process none is done twice at the same time. */
const CHORES_AT_ONCE = 4;

const createDoing = (chores: HousekeepingOptions['chores']) => {
  const underWay = new Set<string>();
  return async ({ name }: Job): Promise<void> => {
    if (underWay.has(name)) return;
    underWay.add(name);
    await chores[name]?.run().finally(() => underWay.delete(name));
  };
};

const AT = (name: string): string => `${name} at`;

/** Follows the cron; one that stays is not written again, for that might swallow a tick that is just due. */
const scheduleAt = async (queue: Queue, name: string, { at }: Chore): Promise<void> => {
  if (!at) return;
  const [wanted, there] = await Promise.all([at(), queue.getJobScheduler(AT(name))]);
  if (wanted?.pattern === there?.pattern && wanted?.tz === there?.tz) return;
  if (!wanted) return void (await queue.removeJobScheduler(AT(name)));
  await queue.upsertJobScheduler(AT(name), wanted, { name, opts: KEEP_NONE });
};

/** Runs the chores that no single training asks for. However many processes run, each chore is done once a turn. */
export const runHousekeeping = async (options: HousekeepingOptions): Promise<Running> => {
  const { place, chores, onError, clock } = options;
  const connection = connectForWaiting(place, onError);
  const queue = new Queue(QUEUES.housekeeping, { connection, prefix: place.prefix });
  const worker = new Worker(QUEUES.housekeeping, createDoing(chores), {
    connection,
    prefix: place.prefix,
    concurrency: CHORES_AT_ONCE,
    ...leaseOf(clock),
  });
  queue.on('error', onError);
  worker.on('error', onError);
  worker.on('failed', (_, error) => onError(error));
  const stayAwake = restWhenRefused(worker);
  const schedule = async (): Promise<void> => {
    for (const [name, chore] of Object.entries(chores)) {
      await forgetFuture(queue, name, chore.everyMs);
      await queue.upsertJobScheduler(name, { every: chore.everyMs }, { name, opts: KEEP_NONE });
      await scheduleAt(queue, name, chore);
    }
  };
  await schedule();
  // A Redis that was flushed knows no schedule any more, and a clock that was set back only that of the future.
  const again = setInterval(() => schedule().catch(onError), againMs(clock));
  await worker.waitUntilReady();
  return {
    close: async () => {
      clearInterval(again);
      stayAwake();
      await closePart(worker, connection);
      await closePart(queue, connection);
      await disconnect(connection);
    },
  };
};
