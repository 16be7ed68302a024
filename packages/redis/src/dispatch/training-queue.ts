import { type Clock, type JobResult, MAX_WAIT_MS, type TrainingQueue } from '@trainyard/application';
import { type Job, type Queue, UnrecoverableError } from 'bullmq';
import type { Redis } from 'ioredis';
import { ignoringLostLock } from './lost-lock.ts';

interface QueueParts {
  readonly queue: Queue;
  readonly redis: Redis;
  readonly clock: Clock;
}

const LOG_LINES_KEPT = 200;
/** Finished jobs stay for Bull Board a while (DESIGN §4 rule 10). */
const JOB_RETENTION = { age: 7 * 24 * 3600, count: 1_000 };

/** The line of trainings on BullMQ. No ordinary Worker may ever run on this queue (DESIGN §4 rule 1). */
export function createTrainingQueue(parts: QueueParts): TrainingQueue {
  const { queue } = parts;
  return {
    enqueue: (id, options) => enqueueJob(parts, id, options),
    requeue: (id, options) => snoozeJob(parts, id, options),
    finish: (id, lockToken, result) => finishJob(parts, id, lockToken, result),
    withLiveJob: (ids) => findLiveJobs(parts, ids),
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
      if (line !== undefined) await job.log(line).then(() => job.clearLogs(LOG_LINES_KEPT));
    },
  };
}

/** However wrong a clock is, a job waits no longer than any wait of ours: what comes too soon is put back. */
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

/** A result that changed after the job had ended is shown as it is now. */
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
  // An active job is locked and stays: the dispatchers' sweep ends it when its training has ended.
  if (await job.isActive()) return;
  await job.remove().catch(() => undefined);
}

/** One round trip for all: whether each has a job, and whether that has ended. */
async function findLiveJobs(
  { queue, redis }: QueueParts,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const pipeline = redis.pipeline();
  for (const id of ids) pipeline.hmget(queue.toKey(id), 'timestamp', 'finishedOn');
  const answers = ids.length === 0 ? [] : ((await pipeline.exec()) ?? []);
  const live = answers.map(([error, facts]) => {
    if (error) throw error;
    const [timestamp, finishedOn] = facts as readonly (string | null)[];
    return timestamp !== null && finishedOn === null;
  });
  return new Set(ids.filter((_, at) => live[at]));
}

/** Every job has a priority, so what waits stands in one sorted set; what is delayed is sorted by its moment. */
async function readHead({ queue, redis }: QueueParts, limit: number): Promise<readonly string[]> {
  const [active, waiting, delayed] = await Promise.all([
    redis.lrange(queue.toKey('active'), 0, -1),
    redis.zrange(queue.toKey('prioritized'), '0', String(limit - 1)),
    redis.zrange(queue.toKey('delayed'), '0', String(limit - 1)),
  ]);
  return [...active, ...waiting, ...delayed];
}
