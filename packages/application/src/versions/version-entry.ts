import {
  type Attempt,
  countImages,
  type Failure,
  getWarnings,
  type Model,
  sumRunCosts,
  type Training,
  toCoarseStatus,
  wasExecuted,
} from '@trainyard/domain';
import type { NewVersion, VersionStatus } from '../ports/storage/manifests.ts';

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
    status: toVersionStatus(training),
    imageCount: countImages(request),
    ...(warnings.length > 0 && { warnings }),
    ...(request.selectionSetId !== undefined && { selectionSetId: request.selectionSetId }),
    ...('attempt' in training && training.attempt && toAttemptFields(training.attempt)),
    ...(training.status === 'completed' && toModelFields(training.model)),
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

function toVersionStatus(training: Training): VersionStatus {
  return training.status === 'queued' || training.status === 'submitting'
    ? 'submitting'
    : toCoarseStatus(training.status);
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

function toModelFields(model: Model) {
  return {
    loraUrl: model.loraUrl,
    verified: model.verified,
    ...(model.sha256 !== undefined && { sha256: model.sha256 }),
  };
}
