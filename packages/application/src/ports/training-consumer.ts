/** A job taken from the queue, with the lock that took it. */
export interface ClaimedJob {
  readonly trainingId: string;
  readonly lockToken: string;
  /** The lock found at an abandoned job; the write that takes the slot replaces it (DESIGN §4 rule 7). */
  readonly previousLockToken?: string;
}

/** A job that stands for a slot, as the sweep finds it. */
export interface ActiveJob {
  readonly trainingId: string;
  /** Its lock; `0` when nobody holds it. */
  readonly lockToken: string;
  /** Whether the job itself exists: an id without one must be taken off the list (DESIGN §4 rule 7). */
  readonly exists: boolean;
  /** How long ago it was taken, in real ms. */
  readonly heldForMs: number;
}

/** The dispatcher's end of the line: it takes the next training under a lock of its own. */
export interface TrainingConsumer {
  claim(): Promise<ClaimedJob | undefined>;
  listActive(): Promise<readonly ActiveJob[]>;
  /** Takes an id off the active list that has no job behind it. */
  removeFromActive(trainingId: string): Promise<void>;
  /** Real ms until the next delayed training is due; undefined when none waits. */
  nextDueMs(): Promise<number | undefined>;
  close(): Promise<void>;
}
