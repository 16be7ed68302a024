import { LOST_FAILURE } from '../../failure/failure.ts';
import type { Run } from '../attempt.ts';
import type {
  AttemptExpired,
  CancelRequested,
  OutputFound,
  SubmissionAccepted,
  SubmissionNotSent,
  SubmissionRefused,
  SubmissionRefuted,
  SubmissionUnclear,
} from '../event.ts';
import type { Cancelling, Submitted, Submitting, Training, Unconfirmed } from '../training.ts';
import { cancelTraining, failTraining, requeueTraining, toBase } from './base.ts';

type InSubmission = Submitting | Unconfirmed;

/** The clock and a fresh answer agree that nothing can live any more, and the store holds nothing. */
export function expireSubmission(training: InSubmission, event: AttemptExpired): Training {
  const spent = { ...training, attemptsSpent: training.attemptsSpent + 1 };
  return spent.cancelRequested
    ? cancelTraining(spent, event.at)
    : failTraining(spent, { at: event.at, failure: LOST_FAILURE });
}

/** The provider has the run. A cancel that was remembered is now owed to it. */
export function acceptRun(training: InSubmission, event: SubmissionAccepted): Submitted | Cancelling {
  const attempt: Run = { ...training.attempt, runId: event.runId, acceptedAt: event.at };
  const base = { ...toBase(training), attemptsSpent: training.attemptsSpent + 1, attempt };
  return training.cancelRequested ? { ...base, status: 'cancelling' } : { ...base, status: 'submitted' };
}

/** Provably no run exists: back into the queue, unpaid. */
export function requeueUnsent(training: InSubmission, event: SubmissionNotSent): Training {
  return requeueTraining(training, event);
}

/** Evidence against the run counts only where there was doubt. */
export function requeueRefuted(training: Unconfirmed, event: SubmissionRefuted): Training {
  return requeueTraining(training, event);
}

/** The provider will never take this request. */
export function endRefused(training: InSubmission, event: SubmissionRefused): Training {
  return training.cancelRequested
    ? cancelTraining(training, event.at)
    : failTraining(training, { at: event.at, failure: event.failure });
}

/** The call ended without a clear answer: quarantined, the slot stays taken (I2). */
export function markUnconfirmed(training: Submitting, event: SubmissionUnclear): Unconfirmed {
  return {
    ...toBase(training),
    status: 'unconfirmed',
    attempt: training.attempt,
    since: event.at,
    reason: event.reason,
    countsWithoutRun: [],
  };
}

/** The store shows that the run existed and ended well, though its id was never learnt. */
export function adoptUnconfirmedOutput(training: InSubmission, event: OutputFound): Training {
  return {
    ...toBase(training),
    attemptsSpent: training.attemptsSpent + 1,
    status: 'finalizing',
    attempt: { ...training.attempt, output: event.output, endedAt: event.at },
  };
}

/** Remembered until it is known whether there is a run to cancel. */
export function recordCancelRequest<T extends InSubmission>(training: T, event: CancelRequested): T {
  return training.cancelRequested
    ? training
    : { ...training, cancelRequested: { at: event.at, by: event.by } };
}
