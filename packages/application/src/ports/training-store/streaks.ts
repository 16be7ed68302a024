import type { Gate } from './control.ts';

/** Results in a row that close the gate (docs/operations/pause-and-limits.md). */
export type StreakName =
  /** Paid runs that failed. */
  | 'failed_runs'
  /** Runs that ended in the same provider or configuration class. */
  | 'same_class'
  /** Submissions that the provider refused. */
  | 'refused_submissions'
  /** Trainings of different subjects that ended before submission. */
  | 'unprepared_trainings';

/** The addition of a result to a streak. */
export interface StreakAddition {
  /** A different value starts the streak again, for example a different class. */
  readonly value?: string;
  /** A member counts once in a streak, for example a subject. */
  readonly member?: string;
  /** The count that closes the gate. */
  readonly limit: number;
  readonly gate: Gate;
  /**
   * The change is not saved when it would close the gate, or while a gate with the same condition is closed: the
   * training returns to the queue, because the cause is not in the training.
   */
  readonly requeues?: true;
}

/** A change of a streak, saved with the change of a training. Without an addition the streak ends. */
export interface StreakChange {
  readonly name: StreakName;
  readonly add?: StreakAddition;
}
