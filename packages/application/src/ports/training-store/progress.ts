import type { ProgressPoint } from '@trainyard/domain';

/** An attempt whose loss curve is in the state store. */
export interface CurveRef {
  readonly trainingId: string;
  readonly attempt: number;
}

/**
 * The loss curves of live attempts, and of ended attempts until their curve is in the object store. Every method throws
 * StoreUnavailableError.
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
}
