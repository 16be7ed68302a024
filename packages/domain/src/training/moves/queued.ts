import type {
  CancelRequested,
  PreparationFailed,
  PreparationPostponed,
  PriorityChanged,
  SubmissionStarted,
} from '../event.ts';
import type { Queued, Submitting, Training } from '../training.ts';
import { baseOf, cancelled, fail } from './base.ts';

/** Takes the slot. The number must be the next one: an attempt that was begun before is not begun again. */
export const beginAttempt = (training: Queued, event: SubmissionStarted): Queued | Submitting =>
  event.attempt.number !== training.attemptsStarted + 1
    ? training
    : {
        ...baseOf(training),
        status: 'submitting',
        attempt: event.attempt,
        attemptsStarted: event.attempt.number,
        versionName: event.attempt.versionName,
      };

/** Ends it unpaid. */
export const failUnpaid = (training: Queued, event: PreparationFailed): Training =>
  fail(training, { at: event.at, failure: event.failure });

/** Changes the order among those that wait. */
export const reprioritise = (training: Queued, event: PriorityChanged): Queued =>
  event.priority === training.priority ? training : { ...training, priority: event.priority };

/** Nothing runs, so the wish is the deed. */
export const cancelQueued = (training: Queued, event: CancelRequested): Training =>
  cancelled({ ...training, cancelRequested: { at: event.at, by: event.by } }, event.at);

/** Waits a while in its old place. */
export const postpone = (training: Queued, event: PreparationPostponed): Queued => ({
  ...training,
  notBefore: event.notBefore,
  reason: event.reason,
  jobToken: event.jobToken,
});
