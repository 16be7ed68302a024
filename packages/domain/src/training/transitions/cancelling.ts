import type { Failure } from '../../failure/failure.ts';
import type {
  AttemptExpired,
  CancelAcknowledged,
  CancelRequested,
  RunEnded,
  RunMissing,
  RunObserved,
} from '../event.ts';
import type { Cancelling, RunStop, Training } from '../training.ts';
import { cancelTraining, failTraining, requeueTraining, timeOutTraining } from './base.ts';
import { applyObservation, isUnchanged, startFinalizing, toCompletion } from './run.ts';

/** How long a 404 must last after an acknowledged cancel to prove the run's end (SPEC §2). */
export const CANCELLED_WHEN_MISSING_MS = 5 * 60_000;

/** A run that was asked to stop may go on for a while; the wish stands. */
export function observeCancelling(training: Cancelling, event: RunObserved): Cancelling {
  return isUnchanged(training.attempt, event)
    ? training
    : { ...training, attempt: applyObservation(training.attempt, event) };
}

function toFailure({ reason, next }: RunStop): Failure {
  return {
    class: next === 'time_out' ? 'timeout' : 'provider',
    code: next === 'time_out' ? 'execution_timeout' : 'never_started',
    message: reason,
  };
}

/** The run is proven to have ended without a model: what a person wished comes first, then why it was recalled. */
function endStoppedRun(training: Cancelling, at: number, executionMs?: number): Training {
  const { stop, cancelRequested, attemptsSpent, request } = training;
  if (stop === undefined || cancelRequested) return cancelTraining(training, at, executionMs);
  const end = { at, failure: toFailure(stop), ...(executionMs !== undefined && { executionMs }) };
  if (stop.next === 'time_out') return timeOutTraining(training, end);
  return attemptsSpent < request.maxAttempts
    ? requeueTraining(training, { at, reason: stop.reason })
    : failTraining(training, end);
}

/** A success that overtakes a cancel is kept; any other end is the cancel's proof (I7). */
export function endCancelling(training: Cancelling, event: RunEnded): Training {
  const { outcome } = event;
  if (outcome.status !== 'completed') return endStoppedRun(training, event.at, outcome.executionMs);
  return startFinalizing(training, toCompletion(event.at, outcome));
}

/** After an acknowledged cancel, a 404 that lasts is the proof. */
export function handleMissingWhileCancelling(training: Cancelling, event: RunMissing): Training {
  const { missingSince } = training.attempt;
  if (missingSince === undefined)
    return { ...training, attempt: { ...training.attempt, missingSince: event.at } };
  const missingMs = event.at - Math.max(missingSince, training.acknowledgedAt ?? Number.POSITIVE_INFINITY);
  return missingMs >= CANCELLED_WHEN_MISSING_MS ? endStoppedRun(training, event.at) : training;
}

/** Beyond `dead_by`, the cancel has its proof. */
export function expireCancelling(training: Cancelling, event: AttemptExpired): Training {
  return endStoppedRun(training, event.at);
}

/** A person's wish to end the training, while its run is being stopped already. */
export function requestCancelDuringStop(training: Cancelling, event: CancelRequested): Cancelling {
  return training.cancelRequested
    ? training
    : { ...training, cancelRequested: { at: event.at, by: event.by } };
}

/** The provider heard the wish. */
export function acknowledgeCancel(training: Cancelling, event: CancelAcknowledged): Cancelling {
  return training.acknowledgedAt !== undefined ? training : { ...training, acknowledgedAt: event.at };
}
