import { type Subject, type TrainingStatus, TrainyardError } from '@trainyard/domain';
import { defineError } from './define-error.ts';

export * from './intake-errors.ts';
export * from './object-store-errors.ts';

/** A fault of a request: the field, its value, and the values that are allowed. */
export interface Issue {
  readonly path: string;
  readonly message: string;
  readonly value?: unknown;
  readonly bound?: string;
}

/** A fault of a workflow: the node, its input, the value and the values that are allowed. */
export interface WorkflowIssueReport {
  readonly node?: string;
  readonly input?: string;
  readonly value?: unknown;
  readonly bound?: string;
  readonly message: string;
}

/** An image of a subject, by its name. */
export interface ImageName {
  readonly subject: Subject;
  readonly name: string;
}

/* Requests and trainings. */

/** Thrown when a request is invalid; lists every fault found. No training was enqueued. */
export class InvalidRequestError extends defineError(
  'invalid_request',
  (issues: readonly Issue[], options?: ErrorOptions) => {
    const message = issues.map((issue) => `${issue.path}: ${issue.message}`).join('; ');
    return { message, issues, ...options };
  },
) {}

/** Thrown when a workflow does not fit the container; each issue names the node, input, value and bound. */
export class InvalidWorkflowError extends defineError(
  'invalid_workflow',
  (issues: readonly WorkflowIssueReport[], options?: ErrorOptions) => ({
    message: issues.map(({ message }) => message).join('; '),
    issues,
    ...options,
  }),
) {}

/** Thrown when no training has this id, job id, request id or run id. */
export class TrainingNotFoundError extends defineError(
  'training_not_found',
  (id: string) => `Training ${id} not found`,
) {}

/** Thrown when a training's status does not allow the operation; `status` is the current status. */
export class WrongStateError extends defineError(
  'wrong_state',
  (id: string, status: TrainingStatus, rule: string) => ({
    message: `Training ${id} is ${status.replace('_', ' ')}; ${rule}`,
    status,
  }),
) {}

/** Thrown when the subject has an unfinished training; a request with `force` is accepted nevertheless. */
export class SubjectBusyError extends defineError(
  'subject_busy',
  ({ kind, id }: Subject, trainingId: string) => ({
    message: `${kind} ${id} already has the unfinished training ${trainingId}`,
    trainingId,
  }),
) {}

/** Thrown when an Idempotency-Key is reused with a different body; `trainingId` is the training of the first request, if any. */
export class IdempotencyConflictError extends defineError('idempotency_conflict', (trainingId?: string) => ({
  message:
    trainingId === undefined
      ? 'This Idempotency-Key was already used with a different request'
      : `This Idempotency-Key was already used with a different body, which created training ${trainingId}`,
  ...(trainingId !== undefined && { trainingId }),
})) {}

/** Thrown when a pruned training is to be retried: its inputs were deleted at the end of retention. */
export class InputsPrunedError extends defineError(
  'inputs_pruned',
  (id: string) => `The inputs of training ${id} were pruned; create a new training of its subject`,
) {}

/** Thrown when the loss curves of a training were pruned. */
export class ProgressNotKeptError extends defineError(
  'progress_not_kept',
  (id: string) => `The progress of training ${id} is no longer kept; only a summary remains`,
) {}

/** Thrown when no auto-train batch has this id. */
export class BatchNotFoundError extends defineError(
  'batch_not_found',
  (id: string) => `Auto-train batch ${id} not found`,
) {}

/** Thrown when no delivery has this id; deliveries are deleted after 30 days. */
export class DeliveryNotFoundError extends defineError(
  'delivery_not_found',
  (id: string) => `Delivery ${id} not found`,
) {}

/** Thrown when a list gets a cursor that it did not return. */
export class InvalidCursorError extends defineError(
  'invalid_cursor',
  () => 'Invalid cursor: it does not belong to this list',
) {}

/* Versions, subjects and their images. */

/** Thrown when the catalogue has no such actor or style. */
export class SubjectNotFoundError extends defineError(
  'subject_not_found',
  ({ kind, id }: Subject) => `${kind} ${id} not found in the catalogue`,
) {}

/** Thrown when a style has no selection set with this id. */
export class SelectionSetNotFoundError extends defineError(
  'selection_set_not_found',
  (styleId: string, id: number) => `style ${styleId} has no selection set ${id}`,
) {}

/** Thrown when the requested version name already belongs to a different training of the subject. */
export class VersionNameTakenError extends defineError(
  'version_name_taken',
  ({ kind, id }: Subject, name: string) => `${kind} ${id} already has a version named ${name}`,
) {}

/** Thrown when the subject has no version with this id. */
export class VersionNotFoundError extends defineError(
  'version_not_found',
  ({ kind, id }: Subject, versionId: string) => `${kind} ${id} has no version ${versionId}`,
) {}

/** Thrown when a version without a model is to be marked good. */
export class NotCompletedError extends defineError(
  'not_completed',
  (versionName: string, status: string) =>
    `Version ${versionName} is ${status}; only a completed version can be good`,
) {}

/** Thrown when a subject has no image of this name, or none that is served; `reason` states why. */
export class ImageNotFoundError extends defineError(
  'image_not_found',
  ({ subject, name }: ImageName, reason?: string) =>
    `${subject.kind} ${subject.id} has no image ${name}${reason === undefined ? '' : `: ${reason}`}`,
) {}

/** Thrown when an upload would overwrite an image, or share its caption file because only the extension differs. */
export class ImageExistsError extends defineError(
  'image_exists',
  (styleId: string, name: string) => `Style ${styleId} already has the image ${name}`,
) {}

/** Thrown when an image has no caption file. */
export class CaptionNotFoundError extends defineError(
  'caption_not_found',
  ({ subject, name }: ImageName) => `Image ${name} of ${subject.kind} ${subject.id} has no caption`,
) {}

/** Thrown when a caption was changed since the caller read it. Read it again, then repeat the write. */
export class CaptionChangedError extends defineError(
  'caption_changed',
  ({ subject, name }: ImageName) =>
    `The caption of image ${name} of ${subject.kind} ${subject.id} was changed since it was read`,
) {}

/* The state store, the object store and the tunnel. */

/**
 * Thrown when Redis cannot be reached, refuses the call, or too few of its replicas acknowledge it. `reason` is the cause
 * where it is known. Only a refusal proves that the call changed no data.
 */
export class StoreUnavailableError extends defineError(
  'redis_unavailable',
  (cause: unknown, reason?: string) => ({
    message: reason === undefined ? 'Redis cannot be reached' : `Redis is unavailable: ${reason}`,
    cause,
    retryable: true,
    reason,
  }),
) {}

/** Thrown when Redis has too little memory left for new trainings; running trainings continue. */
export class StorageFullError extends defineError('storage_full', () => ({
  message:
    'Redis is nearly full: new trainings are rejected until memory is free; running trainings continue',
  retryable: true,
})) {}

/** Thrown when Redis was lost, or restored from an old backup, and was not recovered since: its trainings are incomplete. */
export class RecoverRequiredError extends defineError(
  'recover_required',
  () => 'Redis lost data or was restored from an old backup. Run `trainyard recover` first',
) {}

/**
 * Thrown when a training exists in Redis but cannot be parsed: a different version of Trainyard, or a foreign program,
 * wrote it. It is neither treated as missing nor overwritten.
 */
export class UnreadableTrainingError extends defineError(
  'training_unreadable',
  (trainingId: string, fault: string, options?: ErrorOptions) => ({
    message: `Training ${trainingId} cannot be read from Redis: ${fault}`,
    trainingId,
    ...options,
  }),
) {}

/** Thrown when a stored document is invalid; the message names its key. It is not overwritten. */
export class CorruptDocumentError extends defineError('corrupt_document', (key: string, fault: string) => ({
  message: `${key}: ${fault}`,
  key,
})) {}

/** Thrown when a tunnel cannot be started: a setting is missing (`tunnel_not_configured`), or the provider failed. */
export class TunnelError extends TrainyardError {
  override readonly code: 'tunnel_not_configured' | 'tunnel_failed';
  override readonly retryable: boolean;
  constructor(code: TunnelError['code'], reason: string, options?: ErrorOptions) {
    super(`The tunnel cannot be started: ${reason}`, options);
    this.code = code;
    this.retryable = code === 'tunnel_failed';
  }
}
