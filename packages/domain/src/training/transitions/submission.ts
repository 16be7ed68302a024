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
import { toBase, cancelTraining, failTraining, requeueTraining } from './base.ts';

type InSubmission = Submitting | Unconfirmed;

/** The provider has the run. A cancel that was remembered is now owed to it. */
export const acceptRun = (training: InSubmission, event: SubmissionAccepted): Submitted | Cancelling => {
  const attempt: Run = { ...training.attempt, runId: event.runId, acceptedAt: event.at };
  const base = { ...toBase(training), attemptsSpent: training.attemptsSpent + 1, attempt };
  return training.cancelRequested ? { ...base, status: 'cancelling' } : { ...base, status: 'submitted' };
};

/** Provably no run exists: back into the queue, unpaid. */
export const requeueUnsent = (training: InSubmission, event: SubmissionNotSent): Training =>
  requeueTraining(training, event);

/** Evidence against the run counts only where there was doubt. */
export const requeueRefuted = (training: Unconfirmed, event: SubmissionRefuted): Training =>
  requeueTraining(training, event);

/** The provider will never take this request. */
export const endRefused = (training: InSubmission, event: SubmissionRefused): Training =>
  training.cancelRequested
    ? cancelTraining(training, event.at)
    : failTraining(training, { at: event.at, failure: event.failure });

/** The call ended without a clear answer: quarantined, the slot stays taken (I2). */
export const markUnconfirmed = (training: Submitting, event: SubmissionUnclear): Unconfirmed => ({
  ...toBase(training),
  status: 'unconfirmed',
  attempt: training.attempt,
  since: event.at,
  reason: event.reason,
  countsWithoutRun: [],
});

/** The store shows that the run existed and ended well, though its id was never learnt. */
export const adoptUnconfirmedOutput = (training: InSubmission, event: OutputFound): Training => ({
  ...toBase(training),
  attemptsSpent: training.attemptsSpent + 1,
  status: 'finalizing',
  attempt: { ...training.attempt, output: event.output, endedAt: event.at },
});

/** The clock and a fresh answer agree that nothing can live any more, and the store holds nothing. */
export const expireSubmission = (training: InSubmission, event: AttemptExpired): Training => {
  const spent = { ...training, attemptsSpent: training.attemptsSpent + 1 };
  return spent.cancelRequested ? cancelTraining(spent, event.at) : failTraining(spent, { at: event.at, failure: LOST_FAILURE });
};

/** Remembered until it is known whether there is a run to cancel. */
export const recordCancelRequest = <T extends InSubmission>(training: T, event: CancelRequested): T =>
  training.cancelRequested ? training : { ...training, cancelRequested: { at: event.at, by: event.by } };
