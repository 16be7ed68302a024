import type {
  BudgetChanged,
  BudgetHeld,
  BudgetReleased,
  CancelRequested,
  PreparationFailed,
  PreparationSnoozed,
  PriorityChanged,
  SubmissionStarted,
} from '../state/event.ts';
import type { Queued, Submitting, Training, TrainingBase } from '../state/training.ts';
import { cancelTraining, failTraining, toBase } from './base.ts';

/** Cancels the training at once, since it has no run. */
export function cancelQueued(training: Queued, event: CancelRequested): Training {
  return cancelTraining({ ...training, cancelRequested: { at: event.at, by: event.by } }, event.at);
}

/**
 * Starts an attempt, which holds a slot from now on. The number must be `attemptsStarted + 1`, so that an attempt is
 * not started twice; a held training does not start.
 */
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

/** Keeps the reservation made at accept for the first run; a later run reserves its own expected cost. */
function reserveBudget(training: Queued, costUsd: number | undefined): TrainingBase {
  return {
    ...(costUsd !== undefined && { reservedUsd: costUsd }),
    ...toBase(training),
  };
}

/** Fails the training before its submission, without cost. */
export function failBeforeSubmit(training: Queued, event: PreparationFailed): Training {
  return failTraining(training, { at: event.at, failure: event.failure });
}

/** Changes the priority of a waiting training. */
export function changePriority(training: Queued, event: PriorityChanged): Queued {
  return event.priority === training.priority ? training : { ...training, priority: event.priority };
}

/** Delays the training until `notBefore`; it keeps its place in the queue and no attempt is spent. */
export function snooze(training: Queued, event: PreparationSnoozed): Queued {
  return {
    ...training,
    notBefore: event.notBefore,
    reason: event.reason,
    lockToken: event.lockToken,
  };
}

/** Takes the training out of the queue and returns its reservation, until an operator raises or releases the budget. */
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

/** Sets or removes the budget of the training. A held training stays held until it is released. */
export function changeBudget(training: Queued, event: BudgetChanged): Queued {
  if (training.budgetUsd === event.budgetUsd) return training;
  const { budgetUsd: _, ...rest } = training;
  return event.budgetUsd === undefined ? rest : { ...rest, budgetUsd: event.budgetUsd };
}

/** Returns a held training to the queue, behind the trainings of the same priority. */
export function releaseHold(training: Queued, event: BudgetReleased): Queued {
  if (!training.hold) return training;
  const { hold: _, lockToken: __, ...rest } = training;
  return {
    ...rest,
    queuedAt: event.at,
    ...(event.reservedUsd !== undefined && { reservedUsd: event.reservedUsd }),
  };
}
