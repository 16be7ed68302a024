import { type Training, toModelName } from '@trainyard/domain';

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
