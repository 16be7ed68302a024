import type { Finding, Subject } from '@trainyard/domain';
import { defineError } from './define-error.ts';

/** Thrown when data with a known error are to be trained; `findings` are the errors with their remedies. `force` has no effect. */
export class DatasetRefusedError extends defineError(
  'dataset_refused',
  ({ kind, id }: Subject, findings: readonly Finding[]) => ({
    message: `The data of ${kind} ${id} cannot be trained: ${findings.map(({ message }) => message).join('; ')}`,
    findings: findings.map(({ code, severity, message, hint }) => ({ code, severity, message, hint })),
    hint: `${findings[0]?.hint ?? ''} Then check the data again (POST /api/datasets/report, trainyard dataset).`.trim(),
  }),
) {}

/** Thrown when the trigger is the name of an actor that the catalogue does not know, and the request has none. */
export class TriggerRequiredError extends defineError('trigger_required', ({ kind, id }: Subject) => ({
  message: `trigger is required: the catalogue has no ${kind} ${id} whose name could be the trigger`,
})) {}

/** Thrown when the trigger is the name of an actor and the catalogue cannot be read; a request with `trigger` is accepted. */
export class TriggerUnreadableError extends defineError(
  'object_store_unavailable',
  ({ kind, id }: Subject, cause: Error) => ({
    message: `The trigger of ${kind} ${id} is its name in the catalogue, which cannot be read: ${cause.message}`,
    cause,
    retryable: true,
    hint: 'Pass `trigger` with the request, or retry when the object store can be read.',
  }),
) {}
