import { type Training, toModelName } from '@trainyard/domain';

/** What the seeds' own webhook is told when a training has ended (SPEC §5.2). */
export function toLegacyPayload(training: Training): Readonly<Record<string, unknown>> {
  return {
    ...(toLegacySuccess(training) ?? {
      status: 'failed',
      job_id: training.request.requestId ?? training.request.jobId,
      error: getFailureMessage(training),
    }),
  };
}

/** The name that a model has, or would have as far as is known. */
export function getModelName(training: Training): string {
  return (
    ('attempt' in training ? training.attempt?.modelName : undefined) ??
    training.request.modelName ??
    toModelName(training.request.subject, training.request.versionName)
  );
}

/** What a finished run is in the seeds' own words (seed 001). */
export interface LegacySuccess {
  readonly status: 'success';
  readonly job_id: string;
  readonly loraName: string;
  readonly loraUrl: string;
  readonly model_info: { readonly size_bytes: number | null; readonly model_type: 'lora' };
}

/** Seed 001's payload of a success; undefined while there is no model. `job_id` is the caller's own id. */
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

/** Why a training has no model, in words; undefined where it may still have one. */
export function getFailureMessage(training: Training): string | undefined {
  if ('failure' in training) return training.failure.message;
  return training.status === 'cancelled' ? 'The training was cancelled' : undefined;
}
