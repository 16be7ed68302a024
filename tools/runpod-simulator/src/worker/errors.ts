/** An exception inside the container; RunPod makes a JSON-encoded `error` of it. */
export class RaisedError extends Error {
  /** Python's name of the exception. */
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.name = 'RaisedError';
    this.type = type;
  }
}

/** What the handler returns as `{error}`: the job FAILED with just these words. */
export class HandlerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'HandlerError';
  }
}

/** The worker is gone in the middle of the job. */
export class WorkerCrashError extends Error {
  /** Whether RunPod puts the job back into the queue. */
  readonly requeue: boolean;
  constructor(requeue: boolean) {
    super('the worker died');
    this.name = 'WorkerDied';
    this.requeue = requeue;
  }
}
