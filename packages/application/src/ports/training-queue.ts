/** What Bull Board shows of a training whose run has ended. */
export interface JobResult {
  readonly status: string;
  readonly model?: string;
  readonly failure?: string;
}

/**
 * The line of trainings. A training's job stays active while its run lives (DESIGN §4); the record says what is true,
 * the queue only picks the next. Every method may be called twice.
 */
export interface TrainingQueue {
  /** Lets the training wait its turn; a finished job of the same id is removed first. Times are epoch ms. */
  enqueue(
    id: string,
    options: { readonly name: string; readonly priority: number; readonly notBefore?: number },
  ): Promise<void>;
  /** Puts the active job back behind a moment, under the lock that took it. */
  requeue(
    id: string,
    options: {
      readonly name: string;
      readonly priority: number;
      readonly lockToken: string;
      readonly notBefore: number;
    },
  ): Promise<void>;
  /** Ends the active job, under the lock that took it. */
  finish(id: string, lockToken: string, result: JobResult): Promise<void>;
  reprioritize(id: string, priority: number): Promise<void>;
  /** Those of these trainings that have a job which has not ended: they wait, or are being worked on. */
  withLiveJob(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Ids of the first jobs: those being worked on, then those that wait in their order, then the delayed ones by time. */
  listHead(limit: number): Promise<readonly string[]>;
  /** Takes a waiting job out of the line. */
  remove(id: string): Promise<void>;
  /** Shows progress (percent) and a line of text at the job. */
  reportProgress(id: string, progress: { readonly percent?: number; readonly line?: string }): Promise<void>;
}

/** Short errands: someone looks soon at a training, or at what a lane of messages holds. One live errand for each. */
export interface UniqueJobs {
  /** Adds an errand unless one is there. */
  schedule(id: string, options: { readonly delayMs: number }): Promise<void>;
  /** Brings the errand forward to now, also when one is under way or waits for later. */
  runNow(id: string): Promise<void>;
}

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
