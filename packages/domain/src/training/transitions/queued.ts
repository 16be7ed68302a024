import type {
  BudgetChanged,
  BudgetHeld,
  BudgetReleased,
  CancelRequested,
  PreparationFailed,
  PreparationSnoozed,
  PriorityChanged,
  SubmissionStarted,
} from '../event.ts';
import type { Queued, Submitting, Training, TrainingBase } from '../training.ts';
import { toBase, cancelTraining, failTraining } from './base.ts';

/** Takes the slot. The number must be the next one: an attempt that was begun before is not begun again. */
export const beginAttempt = (training: Queued, event: SubmissionStarted): Queued | Submitting =>
  event.attempt.number !== training.attemptsStarted + 1 || training.hold
    ? training
    : {
        ...reserveBudget(training, event.attempt.expected?.costUsd),
        status: 'submitting',
        attempt: event.attempt,
        attemptsStarted: event.attempt.number,
        versionName: event.attempt.versionName,
      };

/** What accept set aside stands for the first run, whatever was learned since; a later one sets aside anew. */
const reserveBudget = (training: Queued, costUsd: number | undefined): TrainingBase => ({
  ...(costUsd !== undefined && { reservedUsd: costUsd }),
  ...toBase(training),
});

/** Ends it unpaid. */
export const failBeforeSubmit = (training: Queued, event: PreparationFailed): Training =>
  failTraining(training, { at: event.at, failure: event.failure });

/** Changes the order among those that wait. */
export const changePriority = (training: Queued, event: PriorityChanged): Queued =>
  event.priority === training.priority ? training : { ...training, priority: event.priority };

/** Nothing runs, so the wish is the deed. */
export const cancelQueued = (training: Queued, event: CancelRequested): Training =>
  cancelTraining({ ...training, cancelRequested: { at: event.at, by: event.by } }, event.at);

/** Waits a while in its old place. */
export const snooze = (training: Queued, event: PreparationSnoozed): Queued => ({
  ...training,
  notBefore: event.notBefore,
  reason: event.reason,
  lockToken: event.lockToken,
});

/** Leaves the line and gives back what was set aside, until a person says otherwise. */
export const holdForBudget = (training: Queued, event: BudgetHeld): Queued => {
  if (training.hold) return training;
  const { reservedUsd: _, lockToken: previousLockToken, ...rest } = training;
  const lockToken = event.lockToken ?? previousLockToken;
  return {
    ...rest,
    hold: { of: event.of, reason: event.reason, since: event.at },
    ...(lockToken !== undefined && { lockToken }),
  };
};

/** Another budget; whether it is enough to be released is another matter. */
export const changeBudget = (training: Queued, event: BudgetChanged): Queued => {
  if (training.budgetUsd === event.budgetUsd) return training;
  const { budgetUsd: _, ...rest } = training;
  return event.budgetUsd === undefined ? rest : { ...rest, budgetUsd: event.budgetUsd };
};

/** Waits its turn again, at the end of its priority. */
export const releaseHold = (training: Queued, event: BudgetReleased): Queued => {
  if (!training.hold) return training;
  const { hold: _, lockToken: __, ...rest } = training;
  return {
    ...rest,
    queuedAt: event.at,
    ...(event.reservedUsd !== undefined && { reservedUsd: event.reservedUsd }),
  };
};
