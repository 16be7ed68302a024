import { once } from 'node:events';
import { type Endpoint, recordEvent, toTarget } from './endpoint.ts';
import { type EndStatus, hasEnded, type Job } from './job.ts';
import { callWebhook } from './webhook.ts';

const MINUTE_MS = 60_000;

/** Result of a job. */
export interface JobResult {
  readonly status: EndStatus;
  readonly output?: unknown;
  readonly error?: string;
}

/**
 * Ends a job: sets its final status, retains the result for 30 min (1 min for `/runsync`) and calls its webhook. Has no
 * effect on an ended job.
 */
export function endJob(endpoint: Endpoint, job: Job, { status, output, error }: JobResult): void {
  if (hasEnded(job)) return;
  job.status = status;
  job.endedAt = endpoint.clock.fullNow();
  if (output !== undefined) {
    job.output = output;
    job.stream.push({ output });
  }
  if (error !== undefined) job.error = error;
  delete job.run;
  if (status === 'COMPLETED') endpoint.counts.completed += 1;
  if (status === 'FAILED' || status === 'TIMED_OUT') endpoint.counts.failed += 1;
  job.expire();
  job.expire = endpoint.clock.after(job.sync ? MINUTE_MS : 30 * MINUTE_MS, () => deleteJob(endpoint, job));
  recordEvent(endpoint, job, 'ended', error);
  endpoint.endEvents.emit(job.id);
  callWebhook(endpoint, job);
  applyLateProgress(endpoint, job);
}

/** Starts the ttl of a job. After it, RunPod deletes the job and aborts its run. */
export function startTtl(endpoint: Endpoint, job: Job): void {
  job.expire();
  job.expire = endpoint.clock.after(job.request.ttlMs, () => removeJob(endpoint, job, 'ttl'));
}

/** Deletes a job that has not ended and aborts its run; later calls for it are answered with 404. */
export function removeJob(endpoint: Endpoint, job: Job, cause: string): void {
  job.expire();
  deleteJob(endpoint, job);
  const at = endpoint.queue.indexOf(job);
  if (at >= 0) endpoint.queue.splice(at, 1);
  job.run?.abort.abort(new Error(cause));
  delete job.run;
  recordEvent(endpoint, job, 'removed', cause);
  endpoint.endEvents.emit(job.id);
}

/** Waits until the job ended or was removed, for at most `fullMs` of unscaled time. */
export async function waitForEnd(endpoint: Endpoint, job: Job, fullMs: number): Promise<void> {
  if (hasEnded(job)) return;
  const waiting = new AbortController();
  const ended = once(endpoint.endEvents, job.id, { signal: waiting.signal }).catch(() => undefined);
  await Promise.race([ended, endpoint.clock.sleep(fullMs, waiting.signal).catch(() => undefined)]);
  waiting.abort();
}

function deleteJob(endpoint: Endpoint, job: Job): void {
  endpoint.jobs.delete(job.id);
}

/** Applies a progress report that arrives after the result: the job then appears as IN_PROGRESS again. */
function applyLateProgress(endpoint: Endpoint, job: Job): void {
  if (job.status !== 'COMPLETED') return;
  const fault = endpoint.faults.consume(['progress_after_result'], toTarget(job));
  if (!fault) return;
  const { status, output } = job;
  job.status = 'IN_PROGRESS';
  job.output = { step: 1, total_steps: 1, message: 'saving' };
  if (fault.for_ms !== undefined)
    endpoint.clock.after(fault.for_ms, () => {
      job.status = status;
      job.output = output;
    });
}
