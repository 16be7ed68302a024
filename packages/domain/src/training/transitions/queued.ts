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
import { cancelTraining, failTraining, toBase } from './base.ts';

/** Nothing runs, so the wish is the deed. */
export function cancelQueued(training: Queued, event: CancelRequested): Training {
  return cancelTraining({ ...training, cancelRequested: { at: event.at, by: event.by } }, event.at);
}

/** Takes the slot. The number must be the next one: an attempt that was begun before is not begun again. */
export function beginAttempt(training: Queued, event: SubmissionStarted): Queued | Submitting {
  return event.attempt.number !== training.attemptsStarted + 1 || training.hold
    ? training
    : {
        ...reserveBudget(training, event.attempt.expected?.costUsd),
        status: 'submitting',
        attempt: event.attempt,
        attemptsStarted: event.attempt.number,
        versionName: event.attempt.versionName,
      };
}

/** What accept set aside stands for the first run, whatever was learned since; a later one sets aside anew. */
function reserveBudget(training: Queued, costUsd: number | undefined): TrainingBase {
  return {
    ...(costUsd !== undefined && { reservedUsd: costUsd }),
    ...toBase(training),
  };
}

/** Ends it unpaid. */
export function failBeforeSubmit(training: Queued, event: PreparationFailed): Training {
  return failTraining(training, { at: event.at, failure: event.failure });
}

/** Changes the order among those that wait. */
export function changePriority(training: Queued, event: PriorityChanged): Queued {
  return event.priority === training.priority ? training : { ...training, priority: event.priority };
}

/** Waits a while in its old place. */
export function snooze(training: Queued, event: PreparationSnoozed): Queued {
  return {
    ...training,
    notBefore: event.notBefore,
    reason: event.reason,
    lockToken: event.lockToken,
  };
}

/** Leaves the line and gives back what was set aside, until a person says otherwise. */
export function holdForBudget(training: Queued, event: BudgetHeld): Queued {
  if (training.hold) return training;
  const { reservedUsd: _, lockToken: previousLockToken, ...rest } = training;
  const lockToken = event.lockToken ?? previousLockToken;
  return {
    ...rest,
    hold: { of: event.of, reason: event.reason, since: event.at },
    ...(lockToken !== undefined && { lockToken }),
  };
}

/** Another budget; whether it is enough to be released is another matter. */
export function changeBudget(training: Queued, event: BudgetChanged): Queued {
  if (training.budgetUsd === event.budgetUsd) return training;
  const { budgetUsd: _, ...rest } = training;
  return event.budgetUsd === undefined ? rest : { ...rest, budgetUsd: event.budgetUsd };
}

/** Waits its turn again, at the end of its priority. */
export function releaseHold(training: Queued, event: BudgetReleased): Queued {
  if (!training.hold) return training;
  const { hold: _, lockToken: __, ...rest } = training;
  return {
    ...rest,
    queuedAt: event.at,
    ...(event.reservedUsd !== undefined && { reservedUsd: event.reservedUsd }),
  };
}
