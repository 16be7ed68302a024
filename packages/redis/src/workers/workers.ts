import type { Clock, UniqueJobs } from '@trainyard/application';
import { type Job, Queue, Worker } from 'bullmq';
import {
  closeWithTimeout,
  connectForBlocking,
  disconnect,
  type OnRedisError,
  type RedisAddress,
} from '../redis/connection.ts';
import { QUEUES } from '../redis/keys.ts';
import { dropSkewedSchedule, promoteSkewedJobs } from './clock-skew.ts';
import type { JobKind } from './jobs.ts';
import { pauseOnRefusal } from './pause-on-refusal.ts';

/** Something that runs until it is closed. */
export interface RunningWorker {
  close(): Promise<void>;
}

interface JobWorkerOptions {
  readonly address: RedisAddress;
  readonly queue: Queue;
  readonly kind: JobKind;
  readonly jobs: UniqueJobs;
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
const MIN_LOCK_MS = 1_500;
const MIN_STALLED_CHECK_MS = 500;
const MIN_REPAIR_MS = 1_000;
const FAILURE_DELAY_MS = 5_000;
const REPAIR_EVERY_MS = 15_000;
const TASK_RETENTION = { removeOnComplete: true, removeOnFail: { count: 100 } };

/** How long an errand stays with a worker that no longer renews it, and how often that is looked for. */
function getLockOptions(clock: Pick<Clock, 'realMs'>) {
  return {
    lockDuration: Math.max(MIN_LOCK_MS, Math.round(clock.realMs(LOCK_MS))),
    stalledInterval: Math.max(MIN_STALLED_CHECK_MS, Math.round(clock.realMs(STALLED_CHECK_MS))),
  };
}

/** How often what only a fault can have disturbed is put right. Real ms. */
function getRepairIntervalMs(clock: Pick<Clock, 'realMs'>): number {
  return Math.max(MIN_REPAIR_MS, clock.realMs(REPAIR_EVERY_MS));
}

function getJobId(job: Job, { field }: JobKind): string {
  return String((job.data as Readonly<Record<string, unknown>>)[field]);
}

/**
 * Runs errands. One never snoozes itself: it ends, and its successor is added after that (a webhook's hurry during
 * the errand would be swallowed otherwise, DESIGN §4).
 */
export async function runJobs(options: JobWorkerOptions): Promise<RunningWorker> {
  const { address, kind, jobs, handle, onError } = options;
  const connection = connectForBlocking(address, onError);
  const worker = new Worker(options.queue.name, async (job) => (await handle(getJobId(job, kind))) ?? null, {
    connection,
    prefix: address.prefix,
    concurrency: options.concurrency,
    ...getLockOptions(options.clock),
    maxStalledCount: 1_000,
  });
  worker.on('error', onError);
  worker.on('completed', (job, nextMs: unknown) => {
    if (typeof nextMs === 'number') jobs.schedule(getJobId(job, kind), { delayMs: nextMs }).catch(onError);
  });
  worker.on('failed', (job, error) => {
    onError(error);
    if (job) jobs.schedule(getJobId(job, kind), { delayMs: FAILURE_DELAY_MS }).catch(onError);
  });
  const stopPausing = pauseOnRefusal(worker);
  await worker.waitUntilReady();
  const skewTimer = setInterval(
    () => promoteSkewedJobs(options.queue).catch(onError),
    getRepairIntervalMs(options.clock),
  );
  return {
    close: async () => {
      clearInterval(skewTimer);
      stopPausing();
      await closeWithTimeout(worker, connection);
      await disconnect(connection);
    },
  };
}

/** What is done again and again. */
interface MaintenanceTask {
  /** Real ms between two turns. */
  readonly everyMs: number;
  readonly run: () => Promise<void>;
  /** Also at the moments that a cron names; undefined where none does just now. */
  readonly cron?: () => Promise<{ readonly pattern: string; readonly tz: string } | undefined>;
}

interface MaintenanceOptions {
  readonly address: RedisAddress;
  readonly tasks: Readonly<Record<string, MaintenanceTask>>;
  readonly onError: OnRedisError;
  readonly clock: Pick<Clock, 'realMs'>;
}

/** A long chore holds up no other; in one process none is done twice at the same time. */
const MAINTENANCE_CONCURRENCY = 4;

function createTaskRunner(tasks: MaintenanceOptions['tasks']) {
  const inProgress = new Set<string>();
  return async ({ name }: Job): Promise<void> => {
    if (inProgress.has(name)) return;
    inProgress.add(name);
    await tasks[name]?.run().finally(() => inProgress.delete(name));
  };
}

function toCronSchedulerName(name: string): string {
  return `${name} at`;
}

/** Follows the cron; one that stays is not written again, for that might swallow a tick that is just due. */
async function scheduleCron(queue: Queue, name: string, { cron }: MaintenanceTask): Promise<void> {
  if (!cron) return;
  const [wanted, current] = await Promise.all([cron(), queue.getJobScheduler(toCronSchedulerName(name))]);
  if (wanted?.pattern === current?.pattern && wanted?.tz === current?.tz) return;
  if (!wanted) return void (await queue.removeJobScheduler(toCronSchedulerName(name)));
  await queue.upsertJobScheduler(toCronSchedulerName(name), wanted, { name, opts: TASK_RETENTION });
}

/** Runs the chores that no single training asks for. However many processes run, each chore is done once a turn. */
export async function runMaintenance(options: MaintenanceOptions): Promise<RunningWorker> {
  const { address, tasks, onError, clock } = options;
  const connection = connectForBlocking(address, onError);
  const queue = new Queue(QUEUES.maintenance, { connection, prefix: address.prefix });
  const worker = new Worker(QUEUES.maintenance, createTaskRunner(tasks), {
    connection,
    prefix: address.prefix,
    concurrency: MAINTENANCE_CONCURRENCY,
    ...getLockOptions(clock),
  });
  queue.on('error', onError);
  worker.on('error', onError);
  worker.on('failed', (_, error) => onError(error));
  const stopPausing = pauseOnRefusal(worker);
  const schedule = async (): Promise<void> => {
    for (const [name, task] of Object.entries(tasks)) {
      await dropSkewedSchedule(queue, name, task.everyMs);
      await queue.upsertJobScheduler(name, { every: task.everyMs }, { name, opts: TASK_RETENTION });
      await scheduleCron(queue, name, task);
    }
  };
  await schedule();
  // A Redis that was flushed knows no schedule any more, and a clock that was set back only that of the future.
  const repairTimer = setInterval(() => schedule().catch(onError), getRepairIntervalMs(clock));
  await worker.waitUntilReady();
  return {
    close: async () => {
      clearInterval(repairTimer);
      stopPausing();
      await closeWithTimeout(worker, connection);
      await closeWithTimeout(queue, connection);
      await disconnect(connection);
    },
  };
}
