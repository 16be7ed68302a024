import { type Attempt, MAX_PAST_ATTEMPTS, type PastAttempt } from '../state/attempt.ts';
import type { AttentionCleared, AttentionRaised } from '../state/event.ts';
import type {
  Cancelled,
  Failed,
  Queued,
  SlotHolding,
  TimedOut,
  Training,
  TrainingBase,
  Unconfirmed,
  Unfinished,
} from '../state/training.ts';

type FieldOf<T> = T extends unknown ? keyof T : never;
/** A field that belongs to the state of a training and is dropped when the state changes. */
type StateField = Exclude<FieldOf<Training>, keyof TrainingBase> | 'needsAttention';

/** Every state field. A state field that is not listed here does not compile; every other field is kept. */
const STATE_FIELDS: { readonly [Field in StateField]: true } = {
  status: true,
  needsAttention: true,
  queuedAt: true,
  notBefore: true,
  reason: true,
  lockToken: true,
  hold: true,
  attempt: true,
  since: true,
  countsWithoutRun: true,
  lastCountAt: true,
  runSeen: true,
  acknowledgedAt: true,
  stop: true,
  endedAt: true,
  recorded: true,
  executionMs: true,
  model: true,
  failure: true,
};

/**
 * The fields that a training keeps when it changes state: all but the fields of a state. `needsAttention` is dropped,
 * because it describes the state that ends.
 */
export function toBase(training: Training): TrainingBase {
  const kept = Object.entries(training).filter(([field]) => !Object.hasOwn(STATE_FIELDS, field));
  return Object.fromEntries(kept) as unknown as TrainingBase;
}

/** Passes events of the current attempt to a transition; an event of an earlier attempt changes nothing (I4). */
export function forCurrentAttempt<
  T extends { readonly attempt: Attempt },
  E extends { readonly attempt: number },
  R,
>(move: (training: T, event: E) => R) {
  return (training: T, event: E): R | T =>
    event.attempt === training.attempt.number ? move(training, event) : training;
}

/** Passes events of the current attempt's own run to a transition; an event of a different run changes nothing. */
export function forCurrentRun<
  T extends { readonly attempt: Attempt & { readonly runId?: string } },
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

/** Ends the training as failed. `executionMs` is the execution time that the provider reported. */
export function failTraining(
  training: Unfinished,
  end: { readonly at: number; readonly failure: Failed['failure']; readonly executionMs?: number },
): Failed {
  return { ...toEndedBase(training, end.at, end.executionMs), status: 'failed', failure: end.failure };
}

/** Ends the training as timed out: its run exceeded the execution timeout. */
export function timeOutTraining(
  training: Unfinished,
  end: { readonly at: number; readonly failure: Failed['failure']; readonly executionMs?: number },
): TimedOut {
  return { ...toEndedBase(training, end.at, end.executionMs), status: 'timed_out', failure: end.failure };
}

/** Ends the training as cancelled. The caller has proof that no run is live (I7). */
export function cancelTraining(training: Unfinished, at: number, executionMs?: number): Cancelled {
  return {
    ...toEndedBase(training, at, executionMs),
    status: 'cancelled',
  };
}

/**
 * Returns the training to the queue. After a cancel request it ends as cancelled instead, because the caller has proof
 * that no run is live.
 */
export function requeueTraining(
  training: SlotHolding,
  options: { readonly at: number; readonly reason: string; readonly notBefore?: number },
): Queued | Cancelled {
  return training.cancelRequested
    ? cancelTraining(training, options.at)
    : {
        ...toBase(training),
        ...addPastAttempt(training, options.at),
        status: 'queued',
        queuedAt: options.at,
        reason: options.reason,
        lockToken: training.attempt.lockToken,
        ...(options.notBefore !== undefined && { notBefore: options.notBefore }),
      };
}

/** The past attempts with the present one, whose run the provider accepted and which ends now. */
function addPastAttempt({ attempt, pastAttempts = [] }: SlotHolding, endedAt: number) {
  if (!('runId' in attempt)) return {};
  const { number, startedAt, startedRunningAt, firstStepAt } = attempt;
  const past: PastAttempt = {
    ...{ number, startedAt, endedAt },
    ...(startedRunningAt !== undefined && { startedRunningAt }),
    ...(firstStepAt !== undefined && { firstStepAt }),
  };
  return { pastAttempts: [...pastAttempts, past].slice(-MAX_PAST_ATTEMPTS) };
}

/**
 * Makes a training unconfirmed: the request of this attempt may have reached the provider, so the slot stays held and
 * the request is not repeated (I2, docs/concepts/unconfirmed-submissions.md). All base fields are kept. `rev` and
 * `changedAt` are left to the caller.
 */
export function markUnconfirmed(
  training: Training,
  submission: { readonly attempt: Attempt; readonly at: number; readonly reason: string },
): Unconfirmed {
  const { attempt, at, reason } = submission;
  return {
    ...toBase(training),
    attemptsStarted: attempt.number,
    versionName: attempt.versionName,
    status: 'unconfirmed',
    attempt,
    since: at,
    reason,
    countsWithoutRun: [],
  };
}

/** Marks the training for an operator. The first reason stays until it is cleared or the state changes. */
export function raiseAttention<T extends Training>(training: T, event: AttentionRaised): T {
  return training.needsAttention?.reason === event.reason
    ? training
    : { ...training, needsAttention: { reason: event.reason, since: event.at } };
}

/** Removes the mark for an operator. */
export function clearAttention<T extends Training>(training: T, _event: AttentionCleared): T {
  if (!training.needsAttention) return training;
  const { needsAttention: _, ...rest } = training;
  return rest as T;
}
