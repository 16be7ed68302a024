import type { RunObservation } from '@trainyard/application';
import { classifyFailure, type RunOutcome } from '@trainyard/domain';
import type { Exchange } from '../http/exchange.ts';
import type { Redact } from '../http/redact.ts';
import { toErrorText } from './error.ts';
import { type Job, readJob } from './job.ts';
import { toJsonAnswer } from './json-answer.ts';
import { readOutput } from './output.ts';
import { readProgress } from './progress.ts';

/**
 * What RunPod says of a run. A status nobody knows yet keeps the run alive; an answer without a status, or about
 * another run, tells nothing.
 */
export function readObservation(exchange: Exchange, runId: string, redact: Redact): RunObservation {
  const answer = toJsonAnswer(exchange, redact);
  if (answer.kind !== 'answered') return answer;
  const job = readJob(answer.json);
  if (job?.id !== undefined && job.id !== runId)
    return { kind: 'unavailable', message: 'RunPod answered about another run' };
  if (job?.status === undefined) {
    const words = redact(toErrorText(job?.error));
    return { kind: 'unavailable', message: `RunPod answered without a status${words && `: ${words}`}` };
  }
  return toObservation({ ...job, status: job.status }, redact);
}

type JobWithStatus = Job & { readonly status: string };

function toObservation(job: JobWithStatus, redact: Redact): RunObservation {
  switch (job.status.toUpperCase()) {
    case 'COMPLETED':
      return { kind: 'ended', outcome: toCompletedOutcome(job, redact) };
    case 'FAILED':
      return { kind: 'ended', outcome: toFailedOutcome('failed', failureText(job), job, redact) };
    case 'TIMED_OUT':
      return { kind: 'ended', outcome: toFailedOutcome('timed_out', failureText(job), job, redact) };
    case 'CANCELLED':
      return { kind: 'ended', outcome: toFailedOutcome('cancelled', failureText(job), job, redact) };
    case 'IN_QUEUE':
      return { kind: 'live', phase: 'in_queue', providerStatus: job.status };
    case 'IN_PROGRESS':
    case 'RUNNING':
      return toInProgress(job);
    default:
      return wasPickedUp(job)
        ? toInProgress(job)
        : { kind: 'live', phase: 'in_queue', providerStatus: job.status };
  }
}

function toInProgress(job: JobWithStatus): RunObservation {
  const progress = readProgress(job.output);
  return {
    kind: 'live',
    phase: 'in_progress',
    providerStatus: job.status,
    ...(progress ? { progress } : {}),
  };
}

/** Whether a worker has had this run: RunPod tells its delay, its time or the worker only from then on. */
function wasPickedUp(job: Job): boolean {
  return [job.delayMs, job.executionMs, job.workerId].some((value) => value !== undefined);
}

function toCompletedOutcome(job: JobWithStatus, redact: Redact): RunOutcome {
  const read = readOutput(job.output);
  if (read.kind === 'failed') return toFailedOutcome('failed', read.message, job, redact);
  if (toErrorText(job.error) !== '' && read.output.loraUrl === undefined)
    return toFailedOutcome('failed', toErrorText(job.error), job, redact);
  const delay = job.delayMs === undefined ? {} : { delayMs: job.delayMs };
  return { status: 'completed', output: read.output, ...pickExecutionMs(job), ...delay };
}

/** The error of a job; some containers put it into the output instead. */
function failureText(job: Job): string {
  const words = toErrorText(job.error);
  if (words !== '') return words;
  const read = readOutput(job.output);
  return read.kind === 'failed' ? read.message : '';
}

type FailedStatus = Exclude<RunOutcome['status'], 'completed'>;

/** `FAILED` for a used-up executionTimeout is `timed_out`: RunPod's own pages name it both ways (reference §2). */
function toFailedOutcome(status: FailedStatus, text: string, job: Job, redact: Redact): RunOutcome {
  const failure = classifyFailure({ status, message: redact(text) });
  const exceededTimeout = status === 'failed' && failure.code === 'execution_timeout';
  return { status: exceededTimeout ? 'timed_out' : status, failure, ...pickExecutionMs(job) };
}

function pickExecutionMs(job: Job): { readonly executionMs?: number } {
  return job.executionMs === undefined ? {} : { executionMs: job.executionMs };
}
