import type { ProgressPoint } from '@trainyard/domain';

/** An attempt whose loss curve is in the state store. */
export interface CurveRef {
  readonly trainingId: string;
  readonly attempt: number;
}

/** The last answer of the provider about the run of a training. */
export interface RunCheck {
  /** Epoch ms. */
  readonly at: number;
  /** `unanswered`: the provider gave no answer about the run. */
  readonly answer: 'in_queue' | 'in_progress' | 'ended' | 'missing' | 'unanswered';
}

/**
 * The loss curves of live attempts, and of ended attempts until their curve is in the object store. Also the
 * last answer of the provider about each run. Every method throws StoreUnavailableError.
 */
export interface ProgressStore {
  /** Adds a point to the curve of an attempt by the rules of `addProgressPoint`. */
  addProgressPoint(curve: CurveRef, point: ProgressPoint): Promise<void>;
  /** The points of a curve in the order of their steps; empty for an unknown curve. */
  listProgressPoints(curve: CurveRef): Promise<readonly ProgressPoint[]>;
  /** The curves in the state store. */
  listCurves(): Promise<readonly CurveRef[]>;
  /** Deletes a curve unless a point was added after `last`; undefined: unless it has points. */
  deleteCurve(curve: CurveRef, last: ProgressPoint | undefined): Promise<void>;
  /** Replaces the last answer of the provider about the run of a training; it is kept for a day. */
  recordRunCheck(trainingId: string, check: RunCheck): Promise<void>;
  /** The last answer of the provider; undefined before the first, and a day after the last. */
  findRunCheck(trainingId: string): Promise<RunCheck | undefined>;
  /** Claims a poll that a person requests: true at most once a second (real time) for each training. */
  claimPoll(trainingId: string): Promise<boolean>;
}
