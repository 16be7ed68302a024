import type { Clock, UniqueJobs } from '@trainyard/application';
import type { Queue } from 'bullmq';
import type { OnRedisError, RedisAddress } from '../redis/connection.ts';
import { createJobs, DELIVERY_JOB, RECONCILE_JOB } from './jobs.ts';
import { type RunningWorker, runJobs } from './workers.ts';

const RECONCILE_CONCURRENCY = 16;
/** Destinations that are sent to side by side; a dead one holds one of these for as long as it is waited for. */
const CHANNEL_CONCURRENCY = 16;

/** Does an errand. @returns after how many ms it is due again, undefined for never */
type JobHandler = (id: string) => Promise<number | undefined>;

/** Both kinds of errands, and those who run them. */
export interface JobQueues {
  readonly reconcileJobs: UniqueJobs;
  readonly deliveryJobs: UniqueJobs;
  runReconcileJobs(handle: JobHandler, concurrency?: number): Promise<RunningWorker>;
  /** Runs the errands of messages: of lanes, and the one that makes deliveries of news. */
  runDeliveryJobs(handle: JobHandler): Promise<RunningWorker>;
}

interface JobQueueOptions {
  readonly reconcile: Queue;
  readonly notifications: Queue;
  readonly address: RedisAddress;
  readonly clock: Clock;
  readonly onError: OnRedisError;
}

/** Errands of trainings and of messages, each kind on a queue of its own: neither waits for the other. */
export function openJobQueues({
  reconcile,
  notifications,
  address,
  clock,
  onError,
}: JobQueueOptions): JobQueues {
  const shared = { address, clock, onError };
  const reconcileJobs = createJobs(reconcile, clock, RECONCILE_JOB);
  const deliveryJobs = createJobs(notifications, clock, DELIVERY_JOB);
  return {
    reconcileJobs,
    deliveryJobs,
    runReconcileJobs: (handle, concurrency = RECONCILE_CONCURRENCY) =>
      runJobs({ ...shared, queue: reconcile, kind: RECONCILE_JOB, jobs: reconcileJobs, handle, concurrency }),
    runDeliveryJobs: (handle) =>
      runJobs({
        ...shared,
        queue: notifications,
        kind: DELIVERY_JOB,
        jobs: deliveryJobs,
        handle,
        concurrency: CHANNEL_CONCURRENCY,
      }),
  };
}
