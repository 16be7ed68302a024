import type { Clock, UniqueJobs } from '@trainyard/application';
import type { Queue } from 'bullmq';
import type { OnRedisError, RedisAddress } from '../redis/connection.ts';
import { type JobHandler, type JobKind, type RunningWorker, runJobs } from './job-worker.ts';

const RECONCILE_CONCURRENCY = 16;
/** The number of channels that are served at the same time; a channel without an answer occupies a place for the whole timeout. */
const CHANNEL_CONCURRENCY = 16;

/** Jobs that poll or finalize a training. */
const RECONCILE_JOB: JobKind = { name: 'reconcile', field: 'training_id' };
/** Jobs that create deliveries, or send the deliveries of a channel. */
const DELIVERY_JOB: JobKind = { name: 'deliver', field: 'channel' };

/** Failed jobs stay in Bull Board for 24 h; completed jobs are removed. */
const JOB_RETENTION = { removeOnComplete: true, removeOnFail: { age: 24 * 3600, count: 1_000 } };

/** The job queues of reconciliation and deliveries, with their workers. */
export interface JobQueues {
  readonly reconcileJobs: UniqueJobs;
  readonly deliveryJobs: UniqueJobs;
  runReconcileJobs(handle: JobHandler, concurrency?: number): Promise<RunningWorker>;
  /** Runs the delivery jobs: those of the channels, and the job that creates deliveries from the outbox. */
  runDeliveryJobs(handle: JobHandler): Promise<RunningWorker>;
}

interface JobQueueOptions {
  readonly reconcile: Queue;
  readonly notifications: Queue;
  readonly address: RedisAddress;
  readonly clock: Clock;
  readonly onError: OnRedisError;
}

/** Opens both kinds of jobs on queues of their own, so that neither delays the other. */
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

/** Jobs on BullMQ with a single live job for each id. `runNow` during a job runs it once more, however often it is called. */
function createJobs(queue: Queue, clock: Pick<Clock, 'realMs'>, { name, field }: JobKind): UniqueJobs {
  return {
    schedule: async (id, { delayMs }) => {
      const delay = Math.max(0, Math.ceil(clock.realMs(delayMs)));
      await queue.add(name, { [field]: id }, { ...JOB_RETENTION, delay, deduplication: { id } });
    },
    runNow: async (id) => {
      const deduplication = { id, keepLastIfActive: true, reschedule: true };
      await queue.add(name, { [field]: id }, { ...JOB_RETENTION, deduplication });
    },
  };
}

/** The number of jobs of a queue in a state of BullMQ. */
export interface QueueDepth {
  readonly queue: string;
  readonly state: string;
  readonly count: number;
}

const JOB_STATES = ['active', 'waiting', 'prioritized', 'delayed', 'failed'] as const;

/** Counts the jobs of the queues by their state. */
export async function readQueueDepths(queues: readonly Queue[]): Promise<readonly QueueDepth[]> {
  const counted = await Promise.all(
    queues.map(async (queue) => ({ queue: queue.name, counts: await queue.getJobCounts(...JOB_STATES) })),
  );
  return counted.flatMap(({ queue, counts }) =>
    Object.entries(counts).map(([state, count]) => ({ queue, state, count })),
  );
}
