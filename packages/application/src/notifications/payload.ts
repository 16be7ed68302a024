import { type Attempt, isTerminal, sumRunCosts, type Training, toModelName } from '@trainyard/domain';
import type { GateNotification, TrainingNotification } from '../ports/notifications/index.ts';
import { toModelFileName } from '../versions/model-keys.ts';

type Payload = Readonly<Record<string, unknown>>;

/**
 * Builds the envelope of every message: type, timestamp (ISO 8601) and data (docs/concepts/notifications.md).
 * @param at epoch ms
 */
export function toPayload(type: string, at: number, data: Payload): Payload {
  return { type, timestamp: toIso(at), data };
}

function toIso(at: number): string {
  return new Date(at).toISOString();
}

function getAttempt(training: Training) {
  return 'attempt' in training ? training.attempt : undefined;
}

function getRunId(training: Training): string | null {
  const attempt: (Attempt & { readonly runId?: string }) | undefined = getAttempt(training);
  return attempt?.runId ?? null;
}

function toModelPayload(training: Training): Payload | null {
  if (training.status !== 'completed') return null;
  const { loraUrl, verified, sizeBytes = null, sha256 = null } = training.model;
  return { lora_url: loraUrl, verified, size_bytes: sizeBytes, sha256, file_name: toModelFileName(training) };
}

/** The links to the pictures of a model: absolute where the address of the API is known, otherwise its path. */
function toPictureLinks(training: Training, baseUrl: string): readonly Payload[] {
  const { pictures = [] } = training.status === 'completed' ? training.model : {};
  return pictures.map(({ name, kind }) => ({
    ...{ name, kind },
    url: `${baseUrl}/api/trainings/${training.id}/pictures/${encodeURIComponent(name)}`,
  }));
}

/** Total cost of all runs; assumed costs and runs with an unknown cost are separate. */
function toCostsPayload(trainings: readonly Training[]): Payload {
  const { knownUsd, assumedUsd, unknownRuns } = sumRunCosts(
    trainings.flatMap(({ runCosts }) => runCosts ?? []),
  );
  return { cost_usd: knownUsd ?? null, cost_assumed_usd: assumedUsd, cost_unknown_runs: unknownRuns };
}

function toOutcomePayload(training: Training): Payload {
  const ended = isTerminal(training) ? training : undefined;
  const executionMs = ended?.executionMs;
  return {
    model: toModelPayload(training),
    failure: 'failure' in training ? training.failure : null,
    ...toCostsPayload([training]),
    execution_seconds: executionMs === undefined ? null : executionMs / 1_000,
    accepted_at: toIso(training.acceptedAt),
    ended_at: ended ? toIso(ended.endedAt) : null,
  };
}

/** Identity, status and result of a training; excludes the images and the workflow. */
function toTrainingData(training: Training): Payload {
  const { request } = training;
  return {
    id: training.id,
    status: training.status,
    kind: request.subject.kind,
    subject_id: request.subject.id,
    version_name: training.versionName ?? request.versionName ?? null,
    model_name: getModelName(training),
    job_id: request.jobId,
    request_id: request.requestId ?? null,
    runpod_job_id: getRunId(training),
    batch_id: request.batchId ?? null,
    retry_of: request.retryOf ?? null,
    source: request.source,
    user_id: request.userId,
    tenant_id: request.tenantId,
    image_count: request.imageUris.length,
    ...toOutcomePayload(training),
  };
}

/** Builds the message of a training event. @param baseUrl address of the API for links; '' when it is unknown */
export function toTrainingPayload(
  notification: TrainingNotification,
  training: Training,
  baseUrl = '',
): Payload {
  const attention =
    notification.type === 'training.needs_attention'
      ? { reason: notification.reason, since: toIso(notification.at) }
      : null;
  return toPayload(notification.type, notification.at, {
    training: {
      ...toTrainingData(training),
      pictures: toPictureLinks(training, baseUrl),
      needs_attention: attention,
    },
  });
}

/**
 * Builds the message of a gate event: the reason, the time since which the gate is closed, and the condition
 * that reopens it.
 */
export function toGatePayload({ type, at, gate }: GateNotification): Payload {
  return toPayload(type, at, {
    gate: { reason: gate.reason, closed_since: toIso(gate.since), reopens_when: gate.reopensWhen },
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function toTrainingSummary(training: Training): Payload {
  return {
    id: training.id,
    status: training.status,
    kind: training.request.subject.kind,
    subject_id: training.request.subject.id,
    version_name: training.versionName ?? null,
    lora_url: training.status === 'completed' ? training.model.loraUrl : null,
    failure: 'failure' in training ? training.failure : null,
  };
}

/**
 * Builds the data of a finished batch with its counts, costs and results. `timed_out` counts as failed, as in
 * the legacy API.
 */
export function toBatchData(batchId: string, trainings: readonly Training[]): Payload {
  const count = (...statuses: readonly string[]): number =>
    trainings.filter(({ status }) => statuses.includes(status)).length;
  const executionMs = trainings.map((each) => (isTerminal(each) ? (each.executionMs ?? 0) : 0));
  return {
    batch: {
      id: batchId,
      processed: trainings.length,
      successful: count('completed'),
      failed: count('failed', 'timed_out'),
      cancelled: count('cancelled'),
      ...toCostsPayload(trainings),
      execution_seconds: sum(executionMs) / 1_000,
      trainings: trainings.map(toTrainingSummary),
    },
  };
}

/**
 * Builds the webhook payload of an ended training in the format of the legacy API (docs/compatibility.md). It
 * distinguishes success and failure only: a cancelled training is a failure.
 */
export function toLegacyPayload(training: Training): Readonly<Record<string, unknown>> {
  return {
    ...(toLegacySuccess(training) ?? {
      status: 'failed',
      job_id: training.request.requestId ?? training.request.jobId,
      error: getFailureMessage(training),
    }),
  };
}

/**
 * Returns the name of a training's model: assigned at dispatch, else requested, else derived from the subject
 * and version.
 */
export function getModelName(training: Training): string {
  return (
    ('attempt' in training ? training.attempt?.modelName : undefined) ??
    training.request.modelName ??
    toModelName(training.request.subject, training.request.versionName)
  );
}

/** The result of a completed training in the format of the legacy API. */
export interface LegacySuccess {
  readonly status: 'success';
  /** The caller's request id, else the training's job id. */
  readonly job_id: string;
  readonly loraName: string;
  readonly loraUrl: string;
  readonly model_info: { readonly size_bytes: number | null; readonly model_type: 'lora' };
}

/** Builds the legacy result of a completed training; undefined unless it is completed. */
export function toLegacySuccess(training: Training): LegacySuccess | undefined {
  if (training.status !== 'completed') return undefined;
  const { model, request } = training;
  return {
    status: 'success',
    job_id: request.requestId ?? request.jobId,
    loraName: `${getModelName(training)}.safetensors`,
    loraUrl: model.loraUrl,
    model_info: { size_bytes: model.sizeBytes ?? null, model_type: 'lora' },
  };
}

/** Returns the reason for which a training has no model; undefined if it is completed or unfinished. */
export function getFailureMessage(training: Training): string | undefined {
  if ('failure' in training) return training.failure.message;
  return training.status === 'cancelled' ? 'The training was cancelled' : undefined;
}
