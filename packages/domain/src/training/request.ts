import type { Hyperparameters, Warning } from '../hyperparameters/index.ts';
import type { Subject } from '../subject/subject.ts';

/** Held until a person raises the budget or releases it; or not accepted at all. */
export type OnBudget = 'hold' | 'reject';

/** The inputs of a training, frozen when it is accepted (SPEC §2) so that a retry trains the same thing. */
export interface TrainingRequest {
  readonly subject: Subject;
  /** Normalised `s3://` addresses of the images, in the order given. */
  readonly imageUris: readonly string[];
  readonly selectionSetId?: number;
  /** A person's name for the version; otherwise V1, V2 … is given at dispatch. */
  readonly versionName?: string;
  /** A person's name for the model file; otherwise made from subject and version. */
  readonly modelName?: string;
  readonly description?: string;
  readonly trigger: string;
  readonly samplePrompts: readonly string[];
  readonly validation: boolean;
  readonly hyperparameters: Hyperparameters;
  readonly policy: string;
  readonly preset?: string;
  /** What was noteworthy about the parameters when it was accepted. */
  readonly warnings?: readonly Warning[];
  readonly template: { readonly name: string; readonly hash: string };
  /** Values per node that replace the built ones, e.g. `{ "109": { batch_size: 4 } }`. */
  readonly workflowOverrides?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** A caller's whole workflow (seed 001), already validated and adopted. */
  readonly workflow?: Readonly<Record<string, unknown>>;
  readonly userId: string;
  readonly tenantId: string;
  /** The caller's own id (seeds' `request_id`); answers and its webhook use it. */
  readonly requestId?: string;
  /** The seeds' job id, `custom-actors_…`. */
  readonly jobId: string;
  readonly notifyUrl?: string;
  /** What is sent there: our own messages, or at the end the seeds' own body (SPEC §5.2). */
  readonly notifyPayload?: 'legacy';
  readonly batchId?: string;
  readonly retryOf?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Set when the training ended so long ago that only a summary is kept: its images and inputs are gone. */
  readonly pruned?: { readonly at: number; readonly imageCount: number };
  /** How many attempts may be spent in all. */
  readonly maxAttempts: number;
  /** What all its attempts together may cost, as it was asked for. USD. */
  readonly budgetUsd?: number;
  /** What was to become of it where its budget, or its batch's, had no room. */
  readonly onBudget?: OnBudget;
  /** What was expected of one attempt when it was accepted. */
  readonly expected?: { readonly durationSeconds: number; readonly costUsd?: number };
  /** Who asked: a person's request, auto-train or a retry. */
  readonly source: 'person' | 'auto_train' | 'retry';
}

/** How many images it is trained on, also where only a summary is kept. */
export function countImages({ imageUris, pruned }: TrainingRequest): number {
  return pruned?.imageCount ?? imageUris.length;
}
