import type { TrainingStartBody } from '@trainyard/contracts';
import { MODES, parseModelName, type Subject, toModelName } from '@trainyard/domain';
import { AmbiguousNameError } from './errors.ts';

/** What every training of seed 000 is asked for with. */
export interface StartRequest {
  /** Images in S3, as `s3://` or any https form of it. */
  readonly imageUrls: readonly string[];
  readonly userId?: string;
  readonly tenantId?: string;
  /** Part of the model's name, e.g. `V3`; actors get the next one by themselves. */
  readonly versionName?: string;
  readonly learningRate?: number;
  readonly maxTrainSteps?: number;
  /** A whole graph of the caller's own, e.g. from `buildWorkflow`. */
  readonly workflow?: Readonly<Record<string, unknown>>;
  /** The caller's name of this request; sent again, it starts nothing twice. */
  readonly requestId?: string;
  /** An address that hears of the end. */
  readonly webhook?: string;
}
export interface StyleStartRequest extends StartRequest {
  readonly styleId: string;
}
export interface ActorStartRequest extends StartRequest {
  readonly actorId: string;
}

/** The body of seeds 001 and 003 for a wish of seed 000. Thrown when the id does not survive it: AmbiguousNameError. */
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

/** The seeds' body names its subject by the model alone; an id that this would cut in two is refused. */
function buildModelName(subject: Subject, versionName: string | undefined): string {
  const name = toModelName(subject, versionName);
  if (parseModelName(name)?.subject.id !== subject.id) throw new AmbiguousNameError(subject.id, name);
  return name;
}
