import { LOST_FAILURE } from '../../failure/failure.ts';
import type { Run } from '../state/attempt.ts';
import type {
  AttemptExpired,
  CancelRequested,
  OutputFound,
  SubmissionAccepted,
  SubmissionNotSent,
  SubmissionRefused,
  SubmissionRefuted,
  SubmissionUnclear,
} from '../state/event.ts';
import type { Cancelling, Submitted, Submitting, Training, Unconfirmed } from '../state/training.ts';
import { cancelTraining, failTraining, markUnconfirmed, requeueTraining, toBase } from './base.ts';
import { addRun, toRunClaim } from './run-claim.ts';

type InSubmission = Submitting | Unconfirmed;

/** Ends the attempt after its deadline: the provider was asked and no output exists. A possible run counts as spent. */
export function expireSubmission(training: InSubmission, event: AttemptExpired): Training {
  const spent = { ...training, attemptsSpent: training.attemptsSpent + 1 };
  return spent.cancelRequested
    ? cancelTraining(spent, event.at)
    : failTraining(spent, { at: event.at, failure: LOST_FAILURE });
}

/** Records the accepted run. A cancel request that arrived during the submission now cancels it. */
export function acceptRun(training: InSubmission, event: SubmissionAccepted): Submitted | Cancelling {
  const attempt: Run = { ...training.attempt, runId: event.runId, acceptedAt: event.at };
  const runs = addRun(training, toRunClaim(training.attempt, event));
  const base = { ...toBase(training), runs, attemptsSpent: training.attemptsSpent + 1, attempt };
  return training.cancelRequested ? { ...base, status: 'cancelling' } : { ...base, status: 'submitted' };
}

/** Requeues a submission that provably did not reach the provider; the attempt is not spent. */
export function requeueUnsent(training: InSubmission, event: SubmissionNotSent): Training {
  return requeueTraining(training, event);
}

/** Requeues an unconfirmed submission whose run was refuted; the attempt is not spent. */
export function requeueRefuted(training: Unconfirmed, event: SubmissionRefuted): Training {
  return requeueTraining(training, event);
}

/** Ends the training: the provider rejected the request, and the same request would be rejected again. */
export function endRefused(training: InSubmission, event: SubmissionRefused): Training {
  return training.cancelRequested
    ? cancelTraining(training, event.at)
    : failTraining(training, { at: event.at, failure: event.failure });
}

/** Quarantines a submission without a clear result: the slot stays held until evidence decides (I2). */
export function quarantine(training: Submitting, event: SubmissionUnclear): Unconfirmed {
  return markUnconfirmed(training, { attempt: training.attempt, at: event.at, reason: event.reason });
}

/** Starts finalizing: the output in the object store proves a run that ended well, although its id is unknown. */
export function adoptUnconfirmedOutput(training: InSubmission, event: OutputFound): Training {
  return {
    ...toBase(training),
    attemptsSpent: training.attemptsSpent + 1,
    status: 'finalizing',
    attempt: { ...training.attempt, output: event.output, endedAt: event.at },
  };
}

/** Records a cancel request until it is known whether a run exists. */
export function recordCancelRequest<T extends InSubmission>(training: T, event: CancelRequested): T {
  return training.cancelRequested
    ? training
    : { ...training, cancelRequested: { at: event.at, by: event.by } };
}
