import type { Failure } from '../../failure/failure.ts';
import type {
  AttemptExpired,
  CancelAcknowledged,
  CancelRequested,
  RunEnded,
  RunMissing,
  RunObserved,
} from '../event.ts';
import type { Cancelling, Recall, Training } from '../training.ts';
import { cancelled, fail, requeue, timeOut } from './base.ts';
import { changesNothing, finalize, goodEnd, seen } from './run.ts';

/** How long a 404 must last after an acknowledged cancel to prove the run's end (SPEC §2). */
export const CANCELLED_WHEN_MISSING_MS = 5 * 60_000;

const failureOf = ({ reason, next }: Recall): Failure => ({
  class: next === 'time_out' ? 'timeout' : 'provider',
  code: next === 'time_out' ? 'execution_timeout' : 'never_started',
  message: reason,
});

/** The run is proven to have ended without a model: what a person wished comes first, then why it was recalled. */
const conclude = (training: Cancelling, at: number, executionMs?: number): Training => {
  const { recall, cancelRequested, attemptsSpent, request } = training;
  if (recall === undefined || cancelRequested) return cancelled(training, at, executionMs);
  const end = { at, failure: failureOf(recall), ...(executionMs !== undefined && { executionMs }) };
  if (recall.next === 'time_out') return timeOut(training, end);
  return attemptsSpent < request.maxAttempts
    ? requeue(training, { at, reason: recall.reason })
    : fail(training, end);
};

/** A run that was asked to stop may go on for a while; the wish stands. */
export const observeCancelling = (training: Cancelling, event: RunObserved): Cancelling =>
  changesNothing(training.attempt, event)
    ? training
    : { ...training, attempt: seen(training.attempt, event) };

/** A success that overtakes a cancel is kept; any other end is the cancel's proof (I7). */
export const endCancelling = (training: Cancelling, event: RunEnded): Training => {
  const { outcome } = event;
  if (outcome.status !== 'completed') return conclude(training, event.at, outcome.executionMs);
  return finalize(training, goodEnd(event.at, outcome));
};

/** After an acknowledged cancel, a 404 that lasts is the proof. */
export const missingCancelling = (training: Cancelling, event: RunMissing): Training => {
  const { missingSince } = training.attempt;
  if (missingSince === undefined)
    return { ...training, attempt: { ...training.attempt, missingSince: event.at } };
  const lasted = event.at - Math.max(missingSince, training.acknowledgedAt ?? Number.POSITIVE_INFINITY);
  return lasted >= CANCELLED_WHEN_MISSING_MS ? conclude(training, event.at) : training;
};

/** Beyond `dead_by`, the cancel has its proof. */
export const expiredCancelling = (training: Cancelling, event: AttemptExpired): Training =>
  conclude(training, event.at);

/** A person's wish to end the training, while its run is being stopped already. */
export const wishToCancel = (training: Cancelling, event: CancelRequested): Cancelling =>
  training.cancelRequested ? training : { ...training, cancelRequested: { at: event.at, by: event.by } };

/** The provider heard the wish. */
export const acknowledge = (training: Cancelling, event: CancelAcknowledged): Cancelling =>
  training.acknowledgedAt !== undefined ? training : { ...training, acknowledgedAt: event.at };
