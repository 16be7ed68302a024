import type { Clock, UniqueJobs } from '@trainyard/application';
import { type Job, type Queue, Worker } from 'bullmq';
import { findRefusal } from '../redis/calls.ts';
import {
  closeWithTimeout,
  connectForBlocking,
  disconnect,
  type OnRedisError,
  type RedisAddress,
} from '../redis/connection.ts';

/** A worker that runs until it is closed. `close` waits for its current jobs. */
export interface RunningWorker {
  close(): Promise<void>;
}

/** The name of the jobs of a queue, and the field of their data that holds the id of their subject. */
export interface JobKind {
  readonly name: string;
  readonly field: string;
}

/** Runs a job. @returns the delay of the next run in ms; undefined for no further run */
export type JobHandler = (id: string) => Promise<number | undefined>;

interface JobWorkerOptions {
  readonly address: RedisAddress;
  readonly queue: Queue;
  readonly kind: JobKind;
  readonly jobs: UniqueJobs;
  readonly concurrency: number;
  readonly handle: JobHandler;
  readonly onError: OnRedisError;
  readonly clock: Pick<Clock, 'realMs'>;
}

/** The delay after a failed job. */
const FAILURE_DELAY_MS = 5_000;

/**
 * Runs the jobs of a queue. A job never delays itself: it completes, and its successor is added afterwards. Otherwise the
 * `runNow` of a webhook during the job would be lost.
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

function getJobId(job: Job, { field }: JobKind): string {
  return String((job.data as Readonly<Record<string, unknown>>)[field]);
}

type RealTime = Pick<Clock, 'realMs'>;

/** After this time without renewal, a job of a stopped worker is run by a different worker; jobs take seconds. */
const LOCK_MS = 15_000;
const STALLED_CHECK_MS = 5_000;
/** The shortest lock, check and repair, however time is scaled. Real ms. */
const MIN_LOCK_MS = 1_500;
const MIN_STALLED_CHECK_MS = 500;
const MIN_REPAIR_MS = 1_000;
const REPAIR_EVERY_MS = 15_000;

/** The lock duration and the interval of the stalled check of a BullMQ worker. */
export function getLockOptions(clock: RealTime) {
  return {
    lockDuration: Math.max(MIN_LOCK_MS, Math.round(clock.realMs(LOCK_MS))),
    stalledInterval: Math.max(MIN_STALLED_CHECK_MS, Math.round(clock.realMs(STALLED_CHECK_MS))),
  };
}

/** The interval in which schedules and delays are repaired, after a flushed Redis or a clock that was set back. Real ms. */
export function getRepairIntervalMs(clock: RealTime): number {
  return Math.max(MIN_REPAIR_MS, clock.realMs(REPAIR_EVERY_MS));
}

/** The pause of a worker after a refusal. Real ms. */
const PAUSE_MS = 1_000;

/**
 * Pauses a worker for 1 s while Redis refuses commands (full disk, no memory). BullMQ would repeat the command hundreds of
 * times a second and report each error. @returns a function that ends the pausing; call it before closing the worker
 */
export function pauseOnRefusal(worker: Worker): () => void {
  let pauseTimer: NodeJS.Timeout | undefined;
  let stopped = false;
  worker.on('error', (error) => {
    if (stopped || pauseTimer !== undefined || findRefusal(error) === undefined) return;
    void worker.pause(true);
    pauseTimer = setTimeout(() => {
      pauseTimer = undefined;
      void worker.resume();
    }, PAUSE_MS);
  });
  return () => {
    stopped = true;
    clearTimeout(pauseTimer);
  };
}

/*
 * BullMQ stores due times by the clock of the process that adds the job. After a clock is set back by 1 h, each
 * delayed job would wait 1 h longer, but RunPod drops the result of a run 30 minutes after its end.
 */

/** The tolerated difference between two correct clocks. Real ms. */
const SKEW_TOLERANCE_MS = 5_000;

/** Runs delayed jobs that were added in the future by the current clock. A poll that is too early has no effect. */
async function promoteSkewedJobs(queue: Queue): Promise<void> {
  for (const job of await queue.getDelayed())
    if (job.timestamp - Date.now() > SKEW_TOLERANCE_MS) await job.promote().catch(() => undefined);
}

/** Removes a repeated schedule when its next run is later than a full interval from now. @param everyMs real ms */
export async function dropSkewedSchedule(queue: Queue, name: string, everyMs: number): Promise<void> {
  const next = (await queue.getJobScheduler(name))?.next;
  if (next !== undefined && next - Date.now() > everyMs + SKEW_TOLERANCE_MS)
    await queue.removeJobScheduler(name);
}
