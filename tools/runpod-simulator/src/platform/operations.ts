import { randomUUID } from 'node:crypto';
import { type Endpoint, recordEvent, toTarget } from './endpoint.ts';
import { hasEnded, type Job, type JobRequest } from './job.ts';
import { endJob, removeJob, startTtl } from './job-end.ts';
import { enqueueJob } from './workers.ts';

/** Accepts a job and enqueues it. From here on the job exists and will be paid for. */
export function acceptJob(endpoint: Endpoint, request: JobRequest, sync: boolean): Job {
  const job: Job = {
    id: `${sync ? 'sync-' : ''}${randomUUID()}-u1`,
    endpointId: endpoint.id,
    sync,
    request,
    ...parseTrainingRef(request.input),
    queuedAt: endpoint.clock.fullNow(),
    status: 'IN_QUEUE',
    retries: 0,
    stream: [],
    expire: () => undefined,
  };
  const stuck = endpoint.faults.consume(['stuck_in_queue'], toTarget(job))?.workers;
  if (stuck !== undefined) job.stuckReason = stuck;
  endpoint.jobs.set(job.id, job);
  recordEvent(endpoint, job, 'accepted');
  startTtl(endpoint, job);
  enqueueJob(endpoint, job);
  return job;
}

/** Reads training id and attempt number from a job input; undefined where they are absent. */
export function parseTrainingRef(input: unknown): {
  trainingId: string | undefined;
  attempt: number | undefined;
} {
  const { training_config } = (input ?? {}) as { training_config?: Record<string, unknown> };
  const { training_id, attempt } = training_config ?? {};
  return {
    trainingId: typeof training_id === 'string' ? training_id : undefined,
    attempt: typeof attempt === 'number' ? attempt : undefined,
  };
}

/** Cancels a job that has not ended: removes it from the queue, or aborts its run. */
export function cancelJob(endpoint: Endpoint, job: Job): void {
  recordEvent(endpoint, job, 'cancel_requested');
  if (hasEnded(job)) return;
  const fault = endpoint.faults.consume(['cancel_delayed', 'cancel_ignored_by_worker'], toTarget(job));
  if (fault?.kind === 'cancel_delayed' && job.status === 'IN_PROGRESS') {
    endpoint.clock.after(fault.for_ms, () => stopJob(endpoint, job));
    return;
  }
  stopJob(endpoint, job, fault?.kind === 'cancel_ignored_by_worker' ? fault.for_ms : 0);
}

function stopJob(endpoint: Endpoint, job: Job, workerDelayMs = 0): void {
  if (hasEnded(job)) return;
  const { run } = job;
  const at = endpoint.queue.indexOf(job);
  if (at >= 0) endpoint.queue.splice(at, 1);
  endJob(endpoint, job, { status: 'CANCELLED' });
  const abortRun = () => run?.abort.abort(new Error('cancelled'));
  if (workerDelayMs > 0) endpoint.clock.after(workerDelayMs, abortRun);
  else abortRun();
}

/** Requeues a failed or timed-out job under its id. Returns false for a job with a different status. */
export function retryJob(endpoint: Endpoint, job: Job): boolean {
  if (job.status !== 'FAILED' && job.status !== 'TIMED_OUT') return false;
  delete job.output;
  delete job.error;
  delete job.endedAt;
  delete job.startedAt;
  job.stream = [];
  job.retries += 1;
  endpoint.counts.retried += 1;
  job.status = 'IN_QUEUE';
  recordEvent(endpoint, job, 'reopened');
  startTtl(endpoint, job);
  enqueueJob(endpoint, job);
  return true;
}

/** Removes all queued jobs and returns their number; running jobs continue. */
export function purgeQueue(endpoint: Endpoint): number {
  const waiting = [...endpoint.queue];
  for (const job of waiting) removeJob(endpoint, job, 'purged');
  return waiting.length;
}

/** Counts of jobs and workers in the format of `/health`. */
export function getHealth(endpoint: Endpoint) {
  const jobs = [...endpoint.jobs.values()];
  const workers = [...endpoint.workers];
  const count = (state: string) => workers.filter((worker) => worker.state === state).length;
  const stuckReason = jobs.find(
    ({ stuckReason, status }) => stuckReason !== undefined && status === 'IN_QUEUE',
  )?.stuckReason;
  const missingWorkers = Math.max(0, endpoint.settings.workers - workers.length);
  return {
    jobs: {
      ...endpoint.counts,
      inProgress: jobs.filter(({ status, run }) => status === 'IN_PROGRESS' && run).length,
      inQueue: jobs.filter(({ status }) => status === 'IN_QUEUE').length,
    },
    workers: {
      idle: count('idle'),
      initializing: count('initializing'),
      ready: count('idle') + count('running'),
      running: count('running'),
      throttled: stuckReason === 'throttled' ? missingWorkers : 0,
      unhealthy: stuckReason === 'unhealthy' ? missingWorkers : 0,
    },
  };
}
