import type { Attempt } from '../attempt.ts';
import type {
  Cancelled,
  Failed,
  Queued,
  SlotHolding,
  TimedOut,
  Training,
  TrainingBase,
  Unfinished,
} from '../training.ts';

/**
 * What a training keeps when it changes state. The mark `needsAttention` is not kept: it was about the state
 * that is left.
 */
export function toBase(training: Training): TrainingBase {
  return {
    id: training.id,
    rev: training.rev,
    acceptedAt: training.acceptedAt,
    changedAt: training.changedAt,
    request: training.request,
    priority: training.priority,
    attemptsStarted: training.attemptsStarted,
    attemptsSpent: training.attemptsSpent,
    ...(training.cancelRequested && { cancelRequested: training.cancelRequested }),
    ...(training.versionName !== undefined && { versionName: training.versionName }),
    ...(training.runCosts && { runCosts: training.runCosts }),
    ...(training.reservedUsd !== undefined && { reservedUsd: training.reservedUsd }),
    ...(training.budgetUsd !== undefined && { budgetUsd: training.budgetUsd }),
  };
}

/** The answer of a state that an event does not concern. */
export function ignore<T>(training: T): T {
  return training;
}

/** Lets through only news of the current attempt; anything older is a late message and changes nothing (I4). */
export function forCurrentAttempt<
  T extends { readonly attempt: Attempt },
  E extends { readonly attempt: number },
  R,
>(move: (training: T, event: E) => R) {
  return (training: T, event: E): R | T =>
    event.attempt === training.attempt.number ? move(training, event) : training;
}

/** Lets through only news of the current attempt's own run. */
export function forCurrentRun<
  T extends { readonly attempt: Attempt & { readonly runId: string } },
  E extends { readonly attempt: number; readonly runId: string },
  R,
>(move: (training: T, event: E) => R) {
  return forCurrentAttempt<T, E, R | T>((training, event) =>
    event.runId === training.attempt.runId ? move(training, event) : training,
  );
}

function toEndedBase(training: Unfinished, at: number, executionMs?: number) {
  return {
    ...toBase(training),
    endedAt: at,
    recorded: false,
    ...('attempt' in training && { attempt: training.attempt }),
    ...(executionMs !== undefined && { executionMs }),
  };
}

/** Ends the training without a model. */
export function failTraining(
  training: Unfinished,
  end: { readonly at: number; readonly failure: Failed['failure']; readonly executionMs?: number },
): Failed {
  return { ...toEndedBase(training, end.at, end.executionMs), status: 'failed', failure: end.failure };
}

/** Ends the training because its run used up its time. */
export function timeOutTraining(
  training: Unfinished,
  end: { readonly at: number; readonly failure: Failed['failure']; readonly executionMs?: number },
): TimedOut {
  return { ...toEndedBase(training, end.at, end.executionMs), status: 'timed_out', failure: end.failure };
}

/** Ends the training as cancelled, once that is proven. */
export function cancelTraining(training: Unfinished, at: number, executionMs?: number): Cancelled {
  return {
    ...toEndedBase(training, at, executionMs),
    status: 'cancelled',
  };
}

/** Puts the training back into the queue, unless a cancel was asked for: then this is the proof it waited for. */
export function requeueTraining(
  training: SlotHolding,
  options: { readonly at: number; readonly reason: string; readonly notBefore?: number },
): Queued | Cancelled {
  return training.cancelRequested
    ? cancelTraining(training, options.at)
    : {
        ...toBase(training),
        status: 'queued',
        queuedAt: options.at,
        reason: options.reason,
        lockToken: training.attempt.lockToken,
        ...(options.notBefore !== undefined && { notBefore: options.notBefore }),
      };
}
