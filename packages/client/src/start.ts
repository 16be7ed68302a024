import type { TrainingStartBody } from '@trainyard/contracts';
import { MODES, parseModelName, type Subject, toModelName } from '@trainyard/domain';
import { AmbiguousNameError } from './errors.ts';

/** Request of `trainStyle` and `trainActor` without the subject (docs/compatibility.md). */
export interface StartRequest {
  /** Addresses of images in S3: `s3://` or an https form. */
  readonly imageUrls: readonly string[];
  readonly userId?: string;
  readonly tenantId?: string;
  /** Name of the version, for example `V3`. Without it an actor's training gets the next free name. */
  readonly versionName?: string;
  readonly learningRate?: number;
  readonly maxTrainSteps?: number;
  /** Whole workflow, for example from `buildWorkflow`. Without it the server builds the workflow. */
  readonly workflow?: Readonly<Record<string, unknown>>;
  /** Id of the request in the caller's system. A repeated request with the same id returns the first training. */
  readonly requestId?: string;
  /** URL that receives a notification when the training ends. */
  readonly webhook?: string;
}

/** Request of `trainStyle`. */
export interface StyleStartRequest extends StartRequest {
  readonly styleId: string;
}

/** Request of `trainActor`. */
export interface ActorStartRequest extends StartRequest {
  readonly actorId: string;
}

/**
 * Builds the body of `POST /api/training/start`. Throws AmbiguousNameError when the model name would not lead back to the
 * id.
 */
export function toStartBody(subject: Subject, request: StartRequest): TrainingStartBody {
  return {
    input: {
      ...(request.workflow && { workflow: { ...request.workflow } }),
      training_data: { s3_urls: [...request.imageUrls] },
      training_config: {
        mode: MODES[subject.kind],
        model_name: buildModelName(subject, request.versionName),
        ...(request.userId !== undefined && { user_id: request.userId }),
        ...(request.tenantId !== undefined && { tenant_id: request.tenantId }),
        ...(request.requestId !== undefined && { request_id: request.requestId }),
        ...(request.learningRate !== undefined && { learning_rate: request.learningRate }),
        ...(request.maxTrainSteps !== undefined && { max_train_steps: request.maxTrainSteps }),
      },
    },
    ...(request.webhook !== undefined && { webhook: request.webhook }),
  };
}

/** A legacy request names its subject only by the model name, so that the id must be readable from it. */
function buildModelName(subject: Subject, versionName: string | undefined): string {
  const name = toModelName(subject, versionName);
  if (parseModelName(name)?.subject.id !== subject.id) throw new AmbiguousNameError(subject.id, name);
  return name;
}
