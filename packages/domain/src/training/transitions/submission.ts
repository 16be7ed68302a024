import { lost } from '../../failure/failure.ts';
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
import { baseOf, cancelled, fail, requeue } from './base.ts';

type InSubmission = Submitting | Unconfirmed;

/** The provider has the run. A cancel that was remembered is now owed to it. */
export const accepted = (training: InSubmission, event: SubmissionAccepted): Submitted | Cancelling => {
  const attempt: Run = { ...training.attempt, runId: event.runId, acceptedAt: event.at };
  const base = { ...baseOf(training), attemptsSpent: training.attemptsSpent + 1, attempt };
  return training.cancelRequested ? { ...base, status: 'cancelling' } : { ...base, status: 'submitted' };
};

/** Provably no run exists: back into the queue, unpaid. */
export const notSent = (training: InSubmission, event: SubmissionNotSent): Training =>
  requeue(training, event);

/** Evidence against the run counts only where there was doubt. */
export const refuted = (training: Unconfirmed, event: SubmissionRefuted): Training =>
  requeue(training, event);

/** The provider will never take this request. */
export const refused = (training: InSubmission, event: SubmissionRefused): Training =>
  training.cancelRequested
    ? cancelled(training, event.at)
    : fail(training, { at: event.at, failure: event.failure });

/** The call ended without a clear answer: quarantined, the slot stays taken (I2). */
export const quarantine = (training: Submitting, event: SubmissionUnclear): Unconfirmed => ({
  ...baseOf(training),
  status: 'unconfirmed',
  attempt: training.attempt,
  since: event.at,
  reason: event.reason,
  countsAgainst: [],
});

/** The store shows that the run existed and ended well, though its id was never learnt. */
export const foundUnconfirmed = (training: InSubmission, event: OutputFound): Training => ({
  ...baseOf(training),
  attemptsSpent: training.attemptsSpent + 1,
  status: 'finalizing',
  attempt: { ...training.attempt, output: event.output, endedAt: event.at },
});

/** The clock and a fresh answer agree that nothing can live any more, and the store holds nothing. */
export const expired = (training: InSubmission, event: AttemptExpired): Training => {
  const spent = { ...training, attemptsSpent: training.attemptsSpent + 1 };
  return spent.cancelRequested ? cancelled(spent, event.at) : fail(spent, { at: event.at, failure: lost });
};

/** Remembered until it is known whether there is a run to cancel. */
export const rememberCancel = <T extends InSubmission>(training: T, event: CancelRequested): T =>
  training.cancelRequested ? training : { ...training, cancelRequested: { at: event.at, by: event.by } };
