import type { Hyperparameters } from '../../hyperparameters/fields/hyperparameters.ts';
import type { Warning } from '../../hyperparameters/policies/policy.ts';
import type { Subject } from '../../subject.ts';

/** The treatment of a request that exceeds its budget: held until an operator releases it, or rejected. */
export type OnBudget = 'hold' | 'reject';

/** The inputs of a training, frozen when it is accepted, so that a retry trains the same model. */
export interface TrainingRequest {
  readonly subject: Subject;
  /** Normalized `s3://` addresses of the images, in the order of the request. */
  readonly imageUris: readonly string[];
  readonly selectionSetId?: number;
  /** Requested name of the version; without it, the dispatcher assigns V1, V2 …. */
  readonly versionName?: string;
  /** Requested name of the model file; without it, the name is made of subject and version. */
  readonly modelName?: string;
  readonly description?: string;
  readonly trigger: string;
  readonly samplePrompts: readonly string[];
  readonly validation: boolean;
  readonly hyperparameters: Hyperparameters;
  readonly policy: string;
  readonly preset?: string;
  /** Warnings about the hyperparameters at the time of acceptance. */
  readonly warnings?: readonly Warning[];
  readonly template: { readonly name: string; readonly hash: string };
  /** Input values per node that replace the built ones, e.g. `{ "109": { batch_size: 4 } }`. */
  readonly workflowOverrides?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** A complete workflow of the caller, validated and adopted at acceptance. */
  readonly workflow?: Readonly<Record<string, unknown>>;
  readonly userId: string;
  readonly tenantId: string;
  /** The caller's own id (`request_id` of the legacy API); responses and the webhook of the request repeat it. */
  readonly requestId?: string;
  /** The job id of the legacy API, e.g. `custom-actors_…`. */
  readonly jobId: string;
  readonly notifyUrl?: string;
  /** `legacy`: the body of the legacy API, sent once at the end. Absent: the notifications of Trainyard. */
  readonly notifyPayload?: 'legacy';
  readonly batchId?: string;
  readonly retryOf?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Set when the retention period has passed: images and inputs are removed and only a summary remains. */
  readonly pruned?: { readonly at: number; readonly imageCount: number };
  /** Maximum number of spent attempts. */
  readonly maxAttempts: number;
  /** Requested budget of all attempts together. USD. */
  readonly budgetUsd?: number;
  /** The requested treatment when the budget of the training or its batch is exhausted. */
  readonly onBudget?: OnBudget;
  /** Estimate of one attempt at the time of acceptance. */
  readonly expected?: { readonly durationSeconds: number; readonly costUsd?: number };
  /** The origin of the request: a caller, auto-train or a retry. */
  readonly source: 'person' | 'auto_train' | 'retry';
}

/** Number of images of the training, also when the request was pruned to a summary. */
export function countImages({ imageUris, pruned }: TrainingRequest): number {
  return pruned?.imageCount ?? imageUris.length;
}
