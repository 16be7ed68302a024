import type { Queued } from '@trainyard/domain';
import { type CheckDeps, checkDataset } from '../dataset/check-dataset.ts';
import { InvalidWorkflowError, ObjectStoreError, VersionNameTakenError } from '../errors.ts';
import { probeStore } from '../gate/store-probe.ts';
import { isSubjectDocumentError, type SubjectDocumentError } from '../ports/storage/entry-fault.ts';
import { failPreparation, type OpenAttemptDeps, openAttempt, type PrepareResult } from './open-attempt.ts';

/** The ports of a preparation. */
export type PrepareDeps = OpenAttemptDeps & CheckDeps;

/**
 * Inspects the dataset, opens the version in the manifest, builds the request and compares the expected cost with the
 * training's budget. No slot is acquired and no cost arises. A second call for the same training reuses its version.
 * Never throws: an unexpected error snoozes this training, and the queue continues with the next training.
 */
export async function prepare(
  deps: PrepareDeps,
  training: Queued,
  lockToken: string,
): Promise<PrepareResult> {
  try {
    return await prepareAttempt(deps, training, lockToken);
  } catch (error) {
    if (isConfigurationError(error)) return failPreparation('configuration', error.code, error.message);
    if (!(error instanceof ObjectStoreError))
      return { kind: 'snoozed', reason: `preparation failed: ${String(error)}`, cause: 'unknown' };
    return error.retryable ? snoozeUnavailable(error) : classifyRefusal(deps, error);
  }
}

async function prepareAttempt(
  deps: PrepareDeps,
  training: Queued,
  lockToken: string,
): Promise<PrepareResult> {
  const { request } = training;
  const changed = checkTemplate(deps, training);
  if (changed) return changed;
  const dataset = await checkDataset(deps, {
    subject: request.subject,
    kind: request.subject.kind,
    trigger: request.trigger,
    imageUris: request.imageUris,
  });
  return openAttempt(deps, training, { lockToken, dataset });
}

/** Fails a training whose template changed after accept: the request must match the inputs frozen at accept. */
function checkTemplate(deps: PrepareDeps, { request }: Queued): PrepareResult | undefined {
  const { name, hash } = request.template;
  if (request.workflow || deps.workflows.templateHash(name) === hash) return undefined;
  const message = `the template ${name} changed after the training was accepted; retry the training to use the current template`;
  return failPreparation('configuration', 'template_changed', message);
}

function isConfigurationError(
  error: unknown,
): error is VersionNameTakenError | InvalidWorkflowError | SubjectDocumentError {
  return (
    error instanceof VersionNameTakenError ||
    error instanceof InvalidWorkflowError ||
    isSubjectDocumentError(error)
  );
}

function snoozeUnavailable({ message }: ObjectStoreError): PrepareResult {
  return {
    kind: 'snoozed',
    reason: `the object store is unavailable: ${message}`,
    cause: 'unavailable',
  };
}

/** A probe separates a store that refuses every write (snooze) from the refusal of this training's document (failure). */
async function classifyRefusal(deps: PrepareDeps, error: ObjectStoreError): Promise<PrepareResult> {
  const fault = await probeStore(deps);
  if (fault === undefined) return failPreparation('configuration', 'store_refused', error.message);
  if (fault.retryable) return snoozeUnavailable(fault);
  return { kind: 'snoozed', reason: `the object store refuses access: ${fault.message}`, cause: 'refused' };
}
