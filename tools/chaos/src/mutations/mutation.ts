import type { Violation } from '../evidence/evidence.ts';
import type { FaultKind } from '../plan/fault-kinds.ts';

/** Replacement of all occurrences of a text in a file. */
export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Removal of a guard together with its fallbacks. The checker must report the violation that follows. */
export interface Mutation {
  readonly name: string;
  /** The invariant that must be reported as broken. */
  readonly breaks: Violation['invariant'];
  readonly edits: readonly Edit[];
  /** Faults that the guard protects against; other faults only cost time. */
  readonly faults: readonly FaultKind[];
  /** Time factor of the seeds, for a violation that the default factor hides. */
  readonly timeFactor?: number;
}

/** The Lua scripts of the state store. */
export const SCRIPTS = 'packages/redis/src/scripts';
/** The transitions of the lifecycle. */
export const TRANSITIONS = 'packages/domain/src/training/transitions';
