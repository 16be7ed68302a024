import { type Clock, type JobResult, MAX_WAIT_MS, type TrainingQueue } from '@trainyard/application';
import { type Job, type Queue, UnrecoverableError } from 'bullmq';
import type { Redis } from 'ioredis';
import { unwrapPipeline } from '../redis/calls.ts';

interface QueueParts {
  readonly queue: Queue;
  readonly redis: Redis;
  readonly clock: Clock;
}

/** The number of log lines that a job keeps for Bull Board. */
const MAX_LOG_LINES = 200;
/** Finished jobs stay in Bull Board for 7 days, at most 1 000 of each kind. */
const JOB_RETENTION = { age: 7 * 24 * 3600, count: 1_000 };

/**
 * The queue of trainings on BullMQ. No ordinary Worker may run on it: its stalled check and lock renewal would return the
 * job of a live run to the queue (docs/concepts/dispatch-and-slots.md).
 */
export function createTrainingQueue(parts: QueueParts): TrainingQueue {
  const { queue } = parts;
  return {
    enqueue: (id, options) => enqueueJob(parts, id, options),
    requeue: (id, options) => snoozeJob(parts, id, options),
    finish: (id, lockToken, result) => finishJob(parts, id, lockToken, result),
    withLiveJob: (ids) => findLiveJobs(parts, ids),
    findPositions: (ids) => findPositions(parts, ids),
    listHead: (limit) => readHead(parts, limit),
    remove: (id) => removeJob(queue, id),
    reprioritize: async (id, priority) => {
      const job: Job | undefined = await queue.getJob(id);
      await ignoringLostLock(async () => job?.changePriority({ priority }));
    },
    reportProgress: async (id, { percent, line }) => {
      const job: Job | undefined = await queue.getJob(id);
      if (!job) return;
      if (percent !== undefined) await job.updateProgress(percent);
      if (line !== undefined) await job.log(line).then(() => job.clearLogs(MAX_LOG_LINES));
    },
  };
}

/** A delay is at most MAX_WAIT_MS, also when a clock is wrong: a job that is claimed too early is requeued. */
function toRealDelayMs(clock: Clock, notBefore: number | undefined): number {
  if (notBefore === undefined) return 0;
  return Math.max(0, Math.ceil(clock.realMs(Math.min(notBefore - clock.now(), MAX_WAIT_MS))));
}

type EnqueueOptions = Parameters<TrainingQueue['enqueue']>[1];

async function enqueueJob({ queue, clock }: QueueParts, id: string, options: EnqueueOptions): Promise<void> {
  const finished: Job | undefined = await queue.getJob(id);
  if (finished?.finishedOn !== undefined) await finished.remove();
  await queue.add(
    options.name,
    {},
    {
      jobId: id,
      priority: options.priority,
      delay: toRealDelayMs(clock, options.notBefore),
      attempts: 1,
      removeOnComplete: JOB_RETENTION,
      removeOnFail: JOB_RETENTION,
    },
  );
}

type SnoozeOptions = Parameters<TrainingQueue['requeue']>[1];

async function snoozeJob(parts: QueueParts, id: string, options: SnoozeOptions): Promise<void> {
  const job: Job | undefined = await parts.queue.getJob(id);
  if (!job || job.finishedOn !== undefined) return enqueueJob(parts, id, options);
  const dueAt = Date.now() + toRealDelayMs(parts.clock, options.notBefore);
  await ignoringLostLock(() => job.moveToDelayed(dueAt, options.lockToken));
}

/** Replaces the result of a finished job, for example after finalizing. */
async function updateResult({ queue, redis }: QueueParts, job: Job, result: JobResult): Promise<void> {
  const resultJson = JSON.stringify(result);
  if (JSON.stringify(job.returnvalue) === resultJson) return;
  const progress = result.status === 'completed' ? { progress: 100 } : {};
  await redis.hset(queue.toKey(job.id ?? ''), { returnvalue: resultJson, ...progress });
}

async function finishJob(parts: QueueParts, id: string, lockToken: string, result: JobResult): Promise<void> {
  const job: Job | undefined = await parts.queue.getJob(id);
  if (!job) return;
  if (job.finishedOn !== undefined) return updateResult(parts, job, result);
  await ignoringLostLock(() =>
    result.status === 'failed' || result.status === 'timed_out'
      ? job.moveToFailed(new UnrecoverableError(result.failure ?? result.status), lockToken, false)
      : job.moveToCompleted(result, lockToken, false),
  );
}

async function removeJob(queue: Queue, id: string): Promise<void> {
  const job: Job | undefined = await queue.getJob(id);
  if (!job || job.finishedOn !== undefined) return;
  // An active job is locked. The dispatcher's sweep finishes it once its training has ended.
  if (await job.isActive()) return;
  await job.remove().catch(() => undefined);
}

/** The ids that have an unfinished job; a single round trip. */
async function findLiveJobs(
  { queue, redis }: QueueParts,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const pipeline = redis.pipeline();
  for (const id of ids) pipeline.hmget(queue.toKey(id), 'timestamp', 'finishedOn');
  const live = unwrapPipeline(await pipeline.exec()).map((fields) => {
    const [timestamp, finishedOn] = fields as readonly (string | null)[];
    return timestamp !== null && finishedOn === null;
  });
  return new Set(ids.filter((_, at) => live[at]));
}

/** The rank of each id among the waiting jobs, from 1; a single round trip of O(log n) per id. */
async function findPositions(
  { queue, redis }: QueueParts,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) return new Map();
  const pipeline = redis.pipeline();
  for (const id of ids) pipeline.zrank(queue.toKey('prioritized'), id);
  const ranks = unwrapPipeline(await pipeline.exec()) as readonly (number | null)[];
  return new Map(
    ids.flatMap((id, at) => {
      const rank = ranks[at] ?? null;
      return rank === null ? [] : [[id, rank + 1] as const];
    }),
  );
}

/** Every job has a priority, so all waiting jobs are in the same sorted set; delayed jobs are sorted by their due time. */
async function readHead({ queue, redis }: QueueParts, limit: number): Promise<readonly string[]> {
  const [active, waiting, delayed] = await Promise.all([
    redis.lrange(queue.toKey('active'), 0, -1),
    redis.zrange(queue.toKey('prioritized'), '0', String(limit - 1)),
    redis.zrange(queue.toKey('delayed'), '0', String(limit - 1)),
  ]);
  return [...active, ...waiting, ...delayed];
}

/**
 * BullMQ's error codes for a job that a different process moved first: the job is missing (-1), has no lock (-2), is in a
 * different state (-3), or is locked by a different token (-6). The caller reads the job again later.
 */
const LOST_LOCK_CODES: ReadonlySet<unknown> = new Set([-1, -2, -3, -6]);

/** Moves a job; the move has no effect when the lock was lost. */
async function ignoringLostLock(move: () => Promise<unknown>): Promise<void> {
  try {
    await move();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && LOST_LOCK_CODES.has(error.code))) throw error;
  }
}
