/** Thrown for a Python exception in the container; RunPod encodes it as a JSON string in `error`. */
export class RaisedError extends Error {
  /** Name of the Python exception. */
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.name = 'RaisedError';
    this.type = type;
  }
}

/** Thrown for an `{error}` that the handler returns: the job is FAILED with this message. */
export class HandlerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'HandlerError';
  }
}

/** Thrown when the worker crashes during the job. */
export class WorkerCrashError extends Error {
  /** True when RunPod requeues the job. */
  readonly requeue: boolean;
  constructor(requeue: boolean) {
    super('The worker crashed');
    this.name = 'WorkerCrashError';
    this.requeue = requeue;
  }
}
