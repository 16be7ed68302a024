import type { Clock, UniqueJobs } from '@trainyard/application';
import { type Job, type Queue, Worker } from 'bullmq';
import {
  closeWithTimeout,
  connectForBlocking,
  disconnect,
  type OnRedisError,
  type RedisAddress,
} from '../redis/connection.ts';
import { getLockOptions, getRepairIntervalMs, pauseOnRefusal, promoteSkewedJobs } from './worker-recovery.ts';

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
