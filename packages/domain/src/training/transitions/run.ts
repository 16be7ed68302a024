import { type Backoff, calculateBackoffMs } from '../../backoff.ts';
import { calculateCost, type RunCost } from '../../estimate/estimate.ts';
import { updatePace } from '../../estimate/pace.ts';
import { LOST_FAILURE } from '../../failure/failure.ts';
import type { Run, RunOutcome, RunProgress } from '../state/attempt.ts';
import type {
  AttemptExpired,
  CancelRequested,
  RunDeclaredDead,
  RunEnded,
  RunMissing,
  RunObserved,
  RunUnanswered,
  StopRequested,
  TrainingEvent,
} from '../state/event.ts';
import { holdsSlot, isTerminal } from '../state/status.ts';
import type { Cancelling, Running, SlotHolding, Submitted, Training } from '../state/training.ts';
import { cancelTraining, failTraining, requeueTraining, timeOutTraining, toBase } from './base.ts';
import { startFinalizing } from './finalizing.ts';
import { correctTimeout, type FailedOutcome } from './outcome.ts';

type Live = Submitted | Running;

/** Delay of the automatic retry after the first failed run, in ms; it doubles with each attempt. */
export const RETRY_DELAY_MS = 30_000;
/** Doubled per attempt up to 30 min. A delay of an hour would count as clock skew (docs/concepts/time.md). */
const RETRY_BACKOFF: Backoff = { firstMs: RETRY_DELAY_MS, maxMs: 30 * 60_000 };

/** Applies a report of the provider that the run is live. A run that the provider requeued is `submitted` again. */
export function observeRun(training: Live, event: RunObserved): Live {
  const status = event.phase === 'in_progress' ? 'running' : 'submitted';
  if (training.status === status && isUnchanged(training.attempt, event)) return training;
  return { ...training, status, attempt: applyObservation(training.attempt, event) };
}

function isSameProgress(a: RunProgress | undefined, b: RunProgress | undefined): boolean {
  return a?.step === b?.step && a?.totalSteps === b?.totalSteps && a?.loss === b?.loss;
}

/** Applies a report to the run: progress, pace and the first time in progress. It ends a series of 404s or missing answers. */
export function applyObservation(run: Run, event: RunObserved): Run {
  const { missingSince: _, unansweredSince: __, ...rest } = run;
  const startedRunningAt = run.startedRunningAt ?? (event.phase === 'in_progress' ? event.at : undefined);
  const firstStepAt = run.firstStepAt ?? (event.progress?.step ? event.at : undefined);
  return {
    ...rest,
    ...(startedRunningAt !== undefined && { startedRunningAt }),
    ...(firstStepAt !== undefined && { firstStepAt }),
    ...(event.progress && {
      progress: event.progress,
      pace: updatePace(run.pace, { step: event.progress.step, at: event.at }),
    }),
  };
}

/** Whether a report adds no information to the run. */
export function isUnchanged(run: Run, event: RunObserved): boolean {
  return (
    run.missingSince === undefined &&
    run.unansweredSince === undefined &&
    (event.phase === 'in_queue' || run.startedRunningAt !== undefined) &&
    (event.progress === undefined || isSameProgress(run.progress, event.progress))
  );
}

function hasNeverStarted(training: Live, outcome: FailedOutcome): boolean {
  return training.attempt.startedRunningAt === undefined && !outcome.executionMs;
}

function canRetry(training: Live, outcome: FailedOutcome): boolean {
  if (training.attemptsSpent >= training.request.maxAttempts) return false;
  const { class: kind } = outcome.failure;
  if (kind === 'data' || kind === 'configuration' || kind === 'out_of_memory') return false;
  return kind === 'provider' || hasNeverStarted(training, outcome);
}

function exceededExecutionTimeout(training: Live, outcome: FailedOutcome): boolean {
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
  const notBefore = event.at + calculateBackoffMs(RETRY_BACKOFF, training.attemptsSpent - 1);
  return requeueTraining(training, { at: event.at, reason: outcome.failure.message, notBefore });
}

function pickExecutionMs({ executionMs }: RunOutcome) {
  return executionMs === undefined ? {} : { executionMs };
}

/** Applies the end of the run as the provider reports it: finalizing, an automatic retry, or the end of the training. */
export function endRun(training: Live, event: RunEnded): Training {
  const { outcome } = event;
  return outcome.status === 'completed'
    ? startFinalizing(training, { at: event.at, ...outcome })
    : handleFailedRun(training, event, correctTimeout(training.attempt, outcome));
}

/** Records since when the provider answers 404. A 404 alone is no proof before the attempt deadline (I8). */
export function markRunMissing(training: Live, event: RunMissing): Live {
  const answered = withAnswer(training);
  return answered.attempt.missingSince !== undefined
    ? answered
    : { ...answered, attempt: { ...answered.attempt, missingSince: event.at } };
}

/** Ends the series of polls without an answer of the provider. */
export function withAnswer<T extends Live | Cancelling>(training: T): T {
  if (training.attempt.unansweredSince === undefined) return training;
  const { unansweredSince: _, ...attempt } = training.attempt;
  return { ...training, attempt };
}

/** Records since when the provider does not answer. A missing answer is no proof; an operator decides (I8). */
export function markRunUnanswered<T extends Live | Cancelling>(training: T, event: RunUnanswered): T {
  return training.attempt.unansweredSince !== undefined
    ? training
    : { ...training, attempt: { ...training.attempt, unansweredSince: event.at } };
}

/**
 * Fails the training: the attempt deadline has passed, and the provider does not know the run and no output exists, or an
 * operator confirmed that the run is dead.
 */
export function failLostRun(training: Live, event: AttemptExpired | RunDeclaredDead): Training {
  return failTraining(training, { at: event.at, failure: LOST_FAILURE });
}

/** Starts cancelling. The training is cancelled only when the provider confirms the end of the run (I7). */
export function requestCancel(training: Live, event: CancelRequested): Cancelling {
  return {
    ...toBase(training),
    cancelRequested: { at: event.at, by: event.by },
    status: 'cancelling',
    attempt: training.attempt,
  };
}

/** Stops a run that waited or ran too long, without a cancel request for the training. */
export function stopRun(training: Live, event: StopRequested): Cancelling {
  return {
    ...toBase(training),
    status: 'cancelling',
    attempt: training.attempt,
    stop: event.stop,
  };
}

/**
 * Records the cost of a run whose end this transition proves, and releases the reservation. A training that ends
 * without a run releases the reservation without a cost. Cost is recorded only here (docs/concepts/budgets.md).
 */
export function recordRunCost(before: Training, next: Training, event: TrainingEvent): Training {
  const ended = hasRunEnded(before, next);
  if (!ended && !isTerminal(next)) return next;
  if (!ended && next.reservedUsd === undefined) return next;
  const { reservedUsd: _, ...rest } = next;
  return (
    ended ? { ...rest, runCosts: [...(next.runCosts ?? []), toRunCost(before, event)] } : rest
  ) as Training;
}

/** Execution time of the run as the provider reported it with this event. */
function getExecutionMs(event: TrainingEvent): number | undefined {
  if (event.type === 'run_ended') return event.outcome.executionMs;
  return event.type === 'output_found' ? event.executionMs : undefined;
}

/** Whether the provider reported a failed end of a run that it never reported as in progress. */
function hasNeverRun({ attempt }: SlotHolding, event: TrainingEvent): boolean {
  return (
    event.type === 'run_ended' &&
    event.outcome.status !== 'completed' &&
    !('startedRunningAt' in attempt && attempt.startedRunningAt !== undefined)
  );
}

function toRunCost(before: SlotHolding, event: TrainingEvent): RunCost {
  const { number, expected } = before.attempt;
  const executionMs = getExecutionMs(event);
  const base = { attempt: number, at: event.at };
  const usd = (value: number | undefined) => (value === undefined ? {} : { usd: value });
  if (executionMs !== undefined) {
    const price = expected?.usdPerSecond;
    const cost = price === undefined ? undefined : calculateCost(executionMs, price);
    return { ...base, basis: 'execution_time', executionMs, ...usd(cost) };
  }
  if (hasNeverRun(before, event)) return { ...base, basis: 'never_ran', usd: 0 };
  return { ...base, basis: 'assumed', ...usd(expected?.costUsd) };
}

const ACCEPTED_STATUSES = ['submitted', 'running', 'cancelling'];

/**
 * Whether a run ended with this transition: an accepted run, or the run of an unconfirmed submission that used up an
 * attempt.
 */
function hasRunEnded(before: Training, next: Training): before is SlotHolding {
  return (
    holdsSlot(before) &&
    !holdsSlot(next) &&
    (ACCEPTED_STATUSES.includes(before.status) || next.attemptsSpent > before.attemptsSpent)
  );
}
