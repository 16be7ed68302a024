/** The result of a training's job, which Bull Board shows. */
export interface JobResult {
  readonly status: string;
  readonly model?: string;
  readonly failure?: string;
}

/**
 * The queue of trainings. The job of a training stays active while its run is alive
 * (docs/concepts/dispatch-and-slots.md). The queue only selects the next job; the state store decides. Every method may
 * be repeated. A call with a lock token that does not hold the job has no effect.
 */
export interface TrainingQueue {
  /** Adds a job, not due before `notBefore` (epoch ms); a finished job with this id is replaced, a live job is kept. */
  enqueue(
    id: string,
    options: { readonly name: string; readonly priority: number; readonly notBefore?: number },
  ): Promise<void>;
  /** Delays the active job until `notBefore` (epoch ms), under the lock token that claimed it. */
  requeue(
    id: string,
    options: {
      readonly name: string;
      readonly priority: number;
      readonly lockToken: string;
      readonly notBefore: number;
    },
  ): Promise<void>;
  /** Finishes the active job under the lock token that claimed it, or updates the result of a finished job. */
  finish(id: string, lockToken: string, result: JobResult): Promise<void>;
  /** Changes the priority of a waiting job; lower is sooner. */
  reprioritize(id: string, priority: number): Promise<void>;
  /** Those of the given trainings that have a waiting, delayed or active job. */
  withLiveJob(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * The positions of those of the given trainings that have a waiting job; 1 is next. A delayed job has none until it is
   * due. Costs a single round trip.
   */
  findPositions(ids: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Ids of the active jobs, then of the first waiting jobs in their order, then of the first delayed jobs by time. */
  listHead(limit: number): Promise<readonly string[]>;
  /** Removes a waiting or delayed job. */
  remove(id: string): Promise<void>;
  /** Sets the progress (percent) of the job and adds a line to its log. */
  reportProgress(id: string, progress: { readonly percent?: number; readonly line?: string }): Promise<void>;
}

/** Short jobs with a single live job per id at most: the reconcile job of a training, or the delivery job of a channel. */
export interface UniqueJobs {
  /** Adds a job that is due after `delayMs`, unless the id has a live job. */
  schedule(id: string, options: { readonly delayMs: number }): Promise<void>;
  /** Makes the job due now; a job that is running is repeated after its end. */
  runNow(id: string): Promise<void>;
}

/** A claimed job with its lock token. */
export interface ClaimedJob {
  readonly trainingId: string;
  readonly lockToken: string;
  /** The lock token of an orphaned job; the start of the attempt replaces it. */
  readonly previousLockToken?: string;
}

/** An active job, as the rescue of orphaned jobs finds it. */
export interface ActiveJob {
  readonly trainingId: string;
  /** Its lock token; `0` without a lock. */
  readonly lockToken: string;
  /** Whether the job exists; an id without a job has to be removed from the list. */
  readonly exists: boolean;
  /** The time since its claim, real ms. */
  readonly heldForMs: number;
}

/** The dispatcher's access to the queue of trainings. */
export interface TrainingConsumer {
  /** Claims the next due job under a new lock token; undefined if it does not exist, or while the concurrency limit is reached. */
  claim(): Promise<ClaimedJob | undefined>;
  /** All active jobs, including orphaned jobs. */
  listActive(): Promise<readonly ActiveJob[]>;
  /** Removes an id from the active list, unless its job exists. */
  removeFromActive(trainingId: string): Promise<void>;
  /** Real ms until the next delayed job is due; undefined if it does not exist. */
  nextDueMs(): Promise<number | undefined>;
  close(): Promise<void>;
}
