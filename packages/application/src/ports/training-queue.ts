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
