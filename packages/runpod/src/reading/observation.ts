import {
  type Redact,
  type RunInput,
  type RunObservation,
  removeEscapeSequences,
} from '@trainyard/application';
import { classifyFailure, omitUndefined, type RunOutcome } from '@trainyard/domain';
import type { Exchange } from '../http/exchange.ts';
import {
  type Job,
  readJob,
  toCount,
  toErrorText,
  toJsonAnswer,
  toObject,
  toText,
  unwrapJson,
} from './job.ts';
import { readOutput, readProgress } from './output.ts';

/**
 * Parses the state of a run, with the training and attempt that its `input` names where RunPod repeats the input. A run with
 * an unknown status counts as live. A 400 rejects the run id, so it counts as no run. A response without a status, or about a
 * different run, is `unavailable`.
 */
export function readObservation(exchange: Exchange, runId: string, redact: Redact): RunObservation {
  if (exchange.kind === 'answer' && exchange.answer.httpStatus === 400) return { kind: 'missing' };
  const answer = toJsonAnswer(exchange, redact);
  if (answer.kind !== 'answered') return answer;
  const job = readJob(answer.json);
  if (job?.id !== undefined && job.id !== runId)
    return { kind: 'unavailable', message: 'RunPod responded with a different run' };
  if (job?.status === undefined) {
    const text = redact(toErrorText(job?.error));
    return { kind: 'unavailable', message: `RunPod responded without a status${text && `: ${text}`}` };
  }
  const observation = toObservation({ ...job, status: job.status }, redact);
  const input = readInput(answer.json['input']);
  return input && (observation.kind === 'live' || observation.kind === 'ended')
    ? { ...observation, input }
    : observation;
}

/** Reads the training and attempt of a repeated input; undefined when RunPod does not repeat the input. */
function readInput(input: unknown): RunInput | undefined {
  const object = toObject(unwrapJson(input));
  if (!object) return undefined;
  const config = toObject(object['training_config']);
  return omitUndefined({
    trainingId: toText(config?.['training_id']),
    attempt: toCount(config?.['attempt']),
  });
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

/** Whether a worker has started the run: only then does RunPod report delay, execution time or worker. */
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

/** The error text of a job; some containers write it to the output instead. */
function failureText(job: Job): string {
  const text = toErrorText(job.error);
  if (text !== '') return text;
  const read = readOutput(job.output);
  return read.kind === 'failed' ? read.message : '';
}

type FailedStatus = Exclude<RunOutcome['status'], 'completed'>;

/** `FAILED` for an exceeded execution timeout is mapped to `timed_out`, since RunPod uses both statuses for it. */
function toFailedOutcome(status: FailedStatus, text: string, job: Job, redact: Redact): RunOutcome {
  const failure = classifyFailure({ status, message: removeEscapeSequences(text) }, redact);
  const exceededTimeout = status === 'failed' && failure.code === 'execution_timeout';
  return { status: exceededTimeout ? 'timed_out' : status, failure, ...pickExecutionMs(job) };
}

function pickExecutionMs(job: Job): { readonly executionMs?: number } {
  return job.executionMs === undefined ? {} : { executionMs: job.executionMs };
}
