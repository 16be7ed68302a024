import type { Subject, TrainingStatus } from '@trainyard/domain';

/** One thing wrong with a request: which field, what stood there, what may stand there. */
export interface Issue {
  readonly path: string;
  readonly message: string;
  readonly value?: unknown;
  readonly bound?: string;
}

/** Thrown when no training has that id or other name. */
export class TrainingNotFoundError extends Error {
  readonly code = 'training_not_found';
  readonly retryable = false;
  constructor(id: string) {
    super(`There is no training ${id}`);
    this.name = 'TrainingNotFoundError';
  }
}

/** Thrown when what is alive cannot be known, because the record was lost, or went back in time, and is not yet recovered (SPEC §7). */
export class RecoverRequiredError extends Error {
  readonly code = 'recover_required';
  readonly retryable = false;
  constructor() {
    super('The record was lost, or put back from an old copy: run trainyard recover first');
    this.name = 'RecoverRequiredError';
  }
}

/** Thrown when there is no run of auto-train of that id. */
export class BatchNotFoundError extends Error {
  readonly code = 'batch_not_found';
  readonly retryable = false;
  constructor(id: string) {
    super(`There is no run of auto-train ${id}`);
    this.name = 'BatchNotFoundError';
  }
}

/** Thrown when a request cannot be accepted as it is; names every fault found. Nothing was enqueued. */
export class InvalidRequestError extends Error {
  readonly code = 'invalid_request';
  readonly retryable = false;
  readonly issues: readonly Issue[];
  constructor(issues: readonly Issue[], options?: { readonly cause?: unknown }) {
    super(issues.map(({ path, message }) => `${path}: ${message}`).join('; '), options);
    this.name = 'InvalidRequestError';
    this.issues = issues;
  }
}

/** Thrown when the subject has a training that has not ended; `force` accepts another one. */
export class SubjectBusyError extends Error {
  readonly code = 'subject_busy';
  readonly retryable = false;
  readonly trainingId: string;
  constructor(subject: Subject, trainingId: string) {
    super(`${subject.kind} ${subject.id} already has the training ${trainingId} under way`);
    this.name = 'SubjectBusyError';
    this.trainingId = trainingId;
  }
}

/** Thrown when an Idempotency-Key comes back with another body. */
export class IdempotencyConflictError extends Error {
  readonly code = 'idempotency_conflict';
  readonly retryable = false;
  /** What the other request became, where it became a training. */
  readonly trainingId?: string;
  constructor(trainingId?: string) {
    super(
      trainingId
        ? `This Idempotency-Key belongs to another body, which became training ${trainingId}`
        : 'This Idempotency-Key belongs to another request',
    );
    this.name = 'IdempotencyConflictError';
    if (trainingId) this.trainingId = trainingId;
  }
}

/** Thrown when a training's state does not allow what was asked. */
export class WrongStateError extends Error {
  readonly code = 'wrong_state';
  readonly retryable = false;
  readonly status: TrainingStatus;
  constructor(id: string, status: TrainingStatus, wanted: string) {
    super(`Training ${id} is ${status.replace('_', ' ')}; ${wanted}`);
    this.name = 'WrongStateError';
    this.status = status;
  }
}

/** Thrown when the record has no room for another training; what runs goes on. */
export class StorageFullError extends Error {
  readonly code = 'storage_full';
  readonly retryable = true;
  constructor() {
    super('Redis is nearly full: nothing new is accepted until there is room; what runs goes on');
    this.name = 'StorageFullError';
  }
}

/** Thrown when a training that ended long ago is to be trained anew: its inputs were let go. */
export class InputsPrunedError extends Error {
  readonly code = 'inputs_pruned';
  readonly retryable = false;
  constructor(id: string) {
    super(`Of training ${id} only a summary is kept: ask for a new one of its subject`);
    this.name = 'InputsGoneError';
  }
}

/** Thrown when a version cannot be judged good because it holds no model. */
export class NotCompletedError extends Error {
  readonly code = 'not_completed';
  readonly retryable = false;
  constructor(versionName: string, status: string) {
    super(`Version ${versionName} is ${status}; only a completed version can be good`);
    this.name = 'NotCompletedError';
  }
}

/** Thrown when a list is to go on from a cursor that it did not give out. */
export class InvalidCursorError extends Error {
  readonly code = 'invalid_cursor';
  readonly retryable = false;
  constructor() {
    super('This cursor was not given out by this list');
    this.name = 'InvalidCursorError';
  }
}

/** Thrown when no tunnel can be started: what it needs is missing, or its provider would not. */
export class TunnelError extends Error {
  readonly code: 'tunnel_not_configured' | 'tunnel_failed';
  readonly retryable: boolean;
  constructor(code: TunnelError['code'], reason: string, options?: { readonly cause?: unknown }) {
    super(`No tunnel can be started: ${reason}`, options);
    this.name = 'TunnelError';
    this.code = code;
    this.retryable = code === 'tunnel_failed';
  }
}
