import type { Violation } from '../evidence/evidence.ts';
import type { FaultKind } from '../plan/fault-kinds.ts';

/** A text of one file that is replaced wherever it stands. */
export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A guard that is taken away, to see that the checker misses it; with it whatever else would stand in for it. */
export interface Mutation {
  readonly name: string;
  /** The invariant that must be reported as broken. */
  readonly breaks: Violation['invariant'];
  readonly edits: readonly Edit[];
  /** The faults that the guard is there for; others would only take time. */
  readonly faults: readonly FaultKind[];
  /** How much faster than life it is played, where the usual pace would hide it. */
  readonly timeFactor?: number;
}

/** The Lua scripts of the state store. */
export const SCRIPTS = 'packages/redis/src/scripts';
export const TRANSITIONS = 'packages/domain/src/training/transitions';
