import { type Failure, LOST_FAILURE } from '../../failure/failure.ts';
import type {
  AttemptExpired,
  CancelAcknowledged,
  CancelRequested,
  RunDeclaredDead,
  RunEnded,
  RunMissing,
  RunObserved,
} from '../state/event.ts';
import type { Cancelling, RunStop, Training } from '../state/training.ts';
import { cancelTraining, failTraining, requeueTraining, timeOutTraining } from './base.ts';
import { startFinalizing } from './finalizing.ts';
import { applyObservation, isUnchanged, withAnswer } from './run.ts';

/** Duration of 404 answers after an acknowledged cancel that proves the end of the run (I7). */
export const CANCELLED_WHEN_MISSING_MS = 5 * 60_000;

/** Applies a report of the provider that the run is still live; the training stays `cancelling`. */
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

/** Applies the proven end of a run without a model: a cancel request has precedence over the reason of a stop. */
function endStoppedRun(training: Cancelling, at: number, executionMs?: number): Training {
  const { stop, cancelRequested, attemptsSpent, request } = training;
  if (stop === undefined || cancelRequested) return cancelTraining(training, at, executionMs);
  const end = { at, failure: toFailure(stop), ...(executionMs !== undefined && { executionMs }) };
  if (stop.next === 'time_out') return timeOutTraining(training, end);
  return attemptsSpent < request.maxAttempts
    ? requeueTraining(training, { at, reason: stop.reason })
    : failTraining(training, end);
}

/** Applies the end of the run: a success is kept although a cancel was requested; any other end proves the cancel (I7). */
export function endCancelling(training: Cancelling, event: RunEnded): Training {
  const { outcome } = event;
  if (outcome.status !== 'completed') return endStoppedRun(training, event.at, outcome.executionMs);
  return startFinalizing(training, { at: event.at, ...outcome });
}

/** Applies a 404: after an acknowledged cancel, 404 answers over {@link CANCELLED_WHEN_MISSING_MS} prove the end. */
export function handleMissingWhileCancelling(training: Cancelling, event: RunMissing): Training {
  const answered = withAnswer(training);
  const { missingSince } = answered.attempt;
  if (missingSince === undefined)
    return { ...answered, attempt: { ...answered.attempt, missingSince: event.at } };
  const missingMs = event.at - Math.max(missingSince, training.acknowledgedAt ?? Number.POSITIVE_INFINITY);
  return missingMs >= CANCELLED_WHEN_MISSING_MS ? endStoppedRun(training, event.at) : answered;
}

/** Ends the training after the attempt deadline, which proves that the run is not live (I8). */
export function expireCancelling(training: Cancelling, event: AttemptExpired): Training {
  return endStoppedRun(training, event.at);
}

/** Ends the training by an operator's confirmation: a run that the system was stopping is not retried. */
export function declareStoppedRunDead(training: Cancelling, event: RunDeclaredDead): Training {
  return training.cancelRequested
    ? cancelTraining(training, event.at)
    : failTraining(training, { at: event.at, failure: LOST_FAILURE });
}

/** Records a cancel request for a training whose run is already being stopped. */
export function requestCancelDuringStop(training: Cancelling, event: CancelRequested): Cancelling {
  return training.cancelRequested
    ? training
    : { ...training, cancelRequested: { at: event.at, by: event.by } };
}

/** Records that the provider acknowledged the cancel; the end of the run is still unproven (I7). */
export function acknowledgeCancel(training: Cancelling, event: CancelAcknowledged): Cancelling {
  return training.acknowledgedAt !== undefined ? training : { ...training, acknowledgedAt: event.at };
}
