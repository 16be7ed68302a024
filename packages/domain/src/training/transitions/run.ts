import { updatePace } from '../../estimate/pace.ts';
import { LOST_FAILURE } from '../../failure/failure.ts';
import type { EndedRun, Run } from '../attempt.ts';
import type {
  AttemptExpired,
  CancelRequested,
  OutputFound,
  RunEnded,
  RunMissing,
  RunObserved,
  StopRequested,
} from '../event.ts';
import type { RunOutcome, RunOutput, RunProgress } from '../run.ts';
import type { Cancelling, Finalizing, Running, Submitted, Training } from '../training.ts';
import { cancelTraining, failTraining, requeueTraining, timeOutTraining, toBase } from './base.ts';

type Live = Submitted | Running;
type InRun = Live | Cancelling;
type FailedOutcome = Exclude<RunOutcome, { status: 'completed' }>;

/** How long a training waits before it is tried again by itself, doubled with each attempt. */
export const RETRY_DELAY_MS = 30_000;
/** It is doubled no further; a wait beyond an hour is held to be a wrong clock's. */
const LONGEST_RETRY_DELAY_MS = 30 * 60_000;

/** Follows the provider; a requeue on its side is followed too, since only it knows. */
export function observeRun(training: Live, event: RunObserved): Live {
  const status = event.phase === 'in_progress' ? 'running' : 'submitted';
  if (training.status === status && isUnchanged(training.attempt, event)) return training;
  return { ...training, status, attempt: applyObservation(training.attempt, event) };
}

function isSameProgress(a: RunProgress | undefined, b: RunProgress | undefined): boolean {
  return a?.step === b?.step && a?.totalSteps === b?.totalSteps && a?.loss === b?.loss;
}

/** The run with what was seen of it. */
export function applyObservation(run: Run, event: RunObserved): Run {
  const { missingSince: _, ...rest } = run;
  const startedRunningAt = run.startedRunningAt ?? (event.phase === 'in_progress' ? event.at : undefined);
  return {
    ...rest,
    ...(startedRunningAt !== undefined && { startedRunningAt }),
    ...(event.progress && {
      progress: event.progress,
      pace: updatePace(run.pace, { step: event.progress.step, at: event.at }),
    }),
  };
}

/** Whether an observation tells nothing new. */
export function isUnchanged(run: Run, event: RunObserved): boolean {
  return (
    run.missingSince === undefined &&
    (event.phase === 'in_queue' || run.startedRunningAt !== undefined) &&
    (event.progress === undefined || isSameProgress(run.progress, event.progress))
  );
}

/** The run ended well by someone's word: its output is to be looked at. */
export function startFinalizing(
  training: InRun,
  end: {
    readonly at: number;
    readonly output: RunOutput;
    readonly executionMs?: number;
    readonly delayMs?: number;
  },
): Finalizing {
  const {
    acceptedAt: _,
    startedRunningAt: __,
    progress: ___,
    pace: ____,
    missingSince: _____,
    ...attempt
  } = training.attempt;
  const run: EndedRun = {
    ...attempt,
    output: end.output,
    endedAt: end.at,
    ...(end.executionMs !== undefined && { executionMs: end.executionMs }),
    ...(end.delayMs !== undefined && { delayMs: end.delayMs }),
  };
  return { ...toBase(training), status: 'finalizing', attempt: run };
}

function hasNeverStarted(training: InRun, outcome: FailedOutcome): boolean {
  return training.attempt.startedRunningAt === undefined && !outcome.executionMs;
}

function canRetry(training: InRun, outcome: FailedOutcome): boolean {
  if (training.attemptsSpent >= training.request.maxAttempts) return false;
  const { class: kind } = outcome.failure;
  if (kind === 'data' || kind === 'configuration' || kind === 'out_of_memory') return false;
  return kind === 'provider' || hasNeverStarted(training, outcome);
}

function exceededExecutionTimeout(training: InRun, outcome: FailedOutcome): boolean {
  return (
    !hasNeverStarted(training, outcome) &&
    (outcome.status === 'timed_out' || outcome.failure.class === 'timeout')
  );
}

function handleFailedRun(training: Live, event: RunEnded, outcome: FailedOutcome): Training {
  const end = { at: event.at, failure: outcome.failure, ...pickExecutionMs(outcome) };
  if (outcome.status === 'cancelled') return cancelTraining(training, event.at, outcome.executionMs);
  if (exceededExecutionTimeout(training, outcome)) return timeOutTraining(training, end);
  if (!canRetry(training, outcome)) return failTraining(training, end);
  const delayMs = Math.min(RETRY_DELAY_MS * 2 ** (training.attemptsSpent - 1), LONGEST_RETRY_DELAY_MS);
  const notBefore = event.at + delayMs;
  return requeueTraining(training, { at: event.at, reason: outcome.failure.message, notBefore });
}

/** The billed time, where it was told. */
function pickExecutionMs({ executionMs }: RunOutcome) {
  return executionMs === undefined ? {} : { executionMs };
}

/** A good end, as it is to be looked at. */
export function toCompletion(
  at: number,
  { status: _, ...result }: Extract<RunOutcome, { status: 'completed' }>,
) {
  return {
    at,
    ...result,
  };
}

/** The provider's word on the end: a result to look at, another try, or the end. */
export function endRun(training: Live, event: RunEnded): Training {
  const { outcome } = event;
  if (outcome.status !== 'completed') return handleFailedRun(training, event, outcome);
  return startFinalizing(training, toCompletion(event.at, outcome));
}

/** Remembers since when the provider does not know the run. A 404 alone proves nothing before `dead_by`. */
export function markRunMissing(training: Live, event: RunMissing): Live {
  return training.attempt.missingSince !== undefined
    ? training
    : { ...training, attempt: { ...training.attempt, missingSince: event.at } };
}

/** The store knows better than a provider that forgot. */
export function adoptRunOutput(training: InRun, event: OutputFound): Finalizing {
  return startFinalizing(training, event);
}

/** Beyond `dead_by`, agreed by a fresh answer, with nothing in the store. */
export function failLostRun(training: Live, event: AttemptExpired): Training {
  return failTraining(training, { at: event.at, failure: LOST_FAILURE });
}

/** The wish is recorded; only the provider can fulfil it. */
export function requestCancel(training: Live, event: CancelRequested): Cancelling {
  return {
    ...toBase(training),
    cancelRequested: { at: event.at, by: event.by },
    status: 'cancelling',
    attempt: training.attempt,
  };
}

/** Stops the run for our own reasons; nobody wished to end the training. */
export function stopRun(training: Live, event: StopRequested): Cancelling {
  return {
    ...toBase(training),
    status: 'cancelling',
    attempt: training.attempt,
    stop: event.stop,
  };
}
