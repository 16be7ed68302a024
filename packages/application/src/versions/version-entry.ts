import {
  type Attempt,
  countImages,
  type Failure,
  getWarnings,
  sumRunCosts,
  type Training,
  type TrainingEvent,
  type TrainingIn,
  toCoarseStatus,
  transition,
  wasExecuted,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { ObjectStoreError } from '../errors.ts';
import { isSubjectDocumentError } from '../ports/storage/entry-fault.ts';
import type { NewVersion, VersionEntry } from '../ports/storage/manifests.ts';
import { toModelFileName } from './model-keys.ts';

/**
 * Builds the manifest entry of a training in its current state (docs/compatibility.md). `duration` is in
 * seconds, `cost` in USD.
 */
export function toVersionEntry(training: Training): NewVersion {
  const { request } = training;
  const { knownUsd } = sumRunCosts(training.runCosts ?? []);
  const warnings = getWarnings(training).map(({ message }) => message);
  const executionMs = 'executionMs' in training ? training.executionMs : undefined;
  return {
    training_id: training.id,
    job_id: request.jobId,
    timestamp: new Date(training.acceptedAt).toISOString(),
    ...(request.description !== undefined && { description: request.description }),
    parameters: { ...request.hyperparameters, class_tokens: request.trigger },
    policy: request.policy,
    ...(request.preset !== undefined && { preset: request.preset }),
    status: toCoarseStatus(training.status),
    imageCount: countImages(request),
    ...(warnings.length > 0 && { warnings }),
    ...(request.selectionSetId !== undefined && { selectionSetId: request.selectionSetId }),
    ...('attempt' in training && training.attempt && toAttemptFields(training.attempt)),
    ...(training.status === 'completed' && toModelFields(training)),
    ...(executionMs !== undefined && { duration: Math.round(executionMs / 1000) }),
    ...(knownUsd !== undefined && { cost: knownUsd }),
    ...('failure' in training && toFailureFields(training)),
  };
}

function toFailureFields({ failure, runCosts = [] }: Extract<Training, { failure: Failure }>) {
  const { class: cls, code, message } = failure;
  const paid = runCosts.some(wasExecuted);
  return { error: message, failure: { class: cls, code, paid } };
}

function toAttemptFields(attempt: Attempt & { readonly runId?: string }) {
  return {
    attempt: attempt.number,
    endpoint: attempt.endpointId,
    output_key: attempt.outputKey,
    attempt_deadline: new Date(attempt.attemptDeadline).toISOString(),
    ...(attempt.dataDigest !== undefined && { data_digest: attempt.dataDigest }),
    ...(attempt.runId !== undefined && { runpod_job_id: attempt.runId }),
  };
}

function toModelFields(training: TrainingIn<'completed'>) {
  const { loraUrl, verified, sizeBytes, sha256, pictures } = training.model;
  const loss = training.attempt?.progress?.loss;
  return {
    loraUrl,
    verified,
    file_name: toModelFileName(training),
    ...(sizeBytes !== undefined && { size_bytes: sizeBytes }),
    ...(sha256 !== undefined && { sha256 }),
    ...(pictures && { samples: pictures.map(({ name }) => name) }),
    ...(loss !== undefined && Number.isFinite(loss) && { final_loss: loss }),
  };
}

type LiveStatus = 'pending' | 'training';

/** The status of the version while its attempt is live; undefined in every other state. */
function getLiveStatus({ status }: Training): LiveStatus | undefined {
  if (status === 'running') return 'training';
  return status === 'submitted' || status === 'queued' ? 'pending' : undefined;
}

/**
 * Writes `training` into the version when an event shows the run in progress, and `pending` when it requeues the training
 * or the run. The write precedes the save of the event, which is observed again after a crash. It is a report for other
 * tools and never delays a run: an error is logged.
 */
export async function writeLiveStatus(
  { manifests, log }: Pick<Deps, 'manifests' | 'log'>,
  training: TrainingIn<'submitted' | 'running' | 'cancelling'>,
  event: TrainingEvent,
): Promise<void> {
  const status = getLiveStatus(transition(training, event).training);
  if (status === undefined || status === getLiveStatus(training)) return;
  try {
    const { number: attempt, runId } = training.attempt;
    const live = { training_id: training.id, attempt, status, runpod_job_id: runId };
    await manifests.setLiveStatus(training.request.subject, live);
  } catch (error) {
    log.warn('version_status_not_written', { training_id: training.id, error });
  }
}

/**
 * Finds the version entry of a training; undefined before dispatch assigns it a name, and, with a warning in the log, while
 * its manifest cannot be read: the training itself stays readable then.
 */
export async function findTrainingVersion(
  { manifests, log }: Pick<Deps, 'manifests' | 'log'>,
  training: Training,
): Promise<VersionEntry | undefined> {
  if (training.versionName === undefined) return undefined;
  try {
    const versions = await manifests.listVersions(training.request.subject);
    return versions.find(({ training_id }) => training_id === training.id);
  } catch (error) {
    if (!(error instanceof ObjectStoreError) && !isSubjectDocumentError(error)) throw error;
    log.warn('version_unreadable', { training_id: training.id, error });
    return undefined;
  }
}
