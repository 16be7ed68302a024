import {
  type OnBudget,
  parseModelName,
  type Subject,
  type TrainingRequest,
  toModelName,
  toSubject,
  type Warning,
} from '@trainyard/domain';
import type { IdempotencyClaim } from '../ports/training-store/index.ts';
import type { NodeClasses } from '../ports/workflows.ts';

/**
 * A request to train, from an HTTP route or a batch. Absent fields get defaults by rule
 * (docs/concepts/hyperparameters.md).
 */
export interface TrainCommand {
  readonly subject: Subject;
  /** Object addresses in any common S3 notation; by default the images of the subject in the catalogue. */
  readonly images?: readonly string[];
  readonly selectionSetId?: number;
  readonly versionName?: string;
  readonly modelName?: string;
  readonly description?: string;
  readonly trigger?: string;
  readonly policy?: string;
  /** Values that override the policy; each is validated. */
  readonly hyperparameters?: Readonly<Record<string, unknown>>;
  readonly workflowOverrides?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** A complete ComfyUI workflow of the caller (legacy API), used instead of a template. */
  readonly workflow?: unknown;
  /** Node classes of a workflow that was accepted before (a retry). */
  readonly nodeClasses?: NodeClasses;
  /** Further fields of `training_config` for the container (legacy API). */
  readonly containerConfig?: Readonly<Record<string, unknown>>;
  readonly samplePrompts?: readonly string[];
  /** Whether the run creates sample pictures; by default when `samplePrompts` has prompts. */
  readonly validation?: boolean;
  /** 1 to 2 097 151; a lower number is dispatched sooner. */
  readonly priority?: number;
  readonly userId?: string;
  readonly tenantId?: string;
  readonly requestId?: string;
  readonly notifyUrl?: string;
  readonly notifyPayload?: 'legacy';
  readonly batchId?: string;
  readonly retryOf?: string;
  /** Limit for the total cost of all attempts of this training. USD. */
  readonly budgetUsd?: number;
  /** Limit for the total cost of the batch; equal for all trainings of a batch. Requires `batchId`. USD. */
  readonly batchBudgetUsd?: number;
  /**
   * Whether a training that exceeds its own budget or its batch's is rejected or held; `reject` by default.
   */
  readonly onBudget?: OnBudget;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly maxAttempts?: number;
  readonly source: TrainingRequest['source'];
  /** Accepts the training even if the subject has an unfinished training. */
  readonly force?: boolean;
  readonly claim?: IdempotencyClaim;
}

/**
 * Returns the command with its subject and its model name in the stored spelling: `19` and `actor_19_V7` become `0019` and
 * `actor_0019_V7`. A model name of a different form is kept.
 */
export function normalizeCommand<Command extends Pick<TrainCommand, 'subject' | 'modelName'>>(
  command: Command,
): Command {
  const subject = toSubject(command.subject.kind, command.subject.id);
  const named = parseModelName(command.modelName ?? '');
  if (!named || toModelName(named.subject) !== toModelName(subject)) return { ...command, subject };
  return { ...command, subject, modelName: toModelName(subject, named.versionName) };
}

/**
 * The largest priority that BullMQ supports. 0 is rejected, since BullMQ runs jobs without priority before
 * all others.
 */
export const MAX_PRIORITY = 2_097_151;

type PictureChoice = Pick<TrainCommand, 'validation' | 'samplePrompts' | 'workflow' | 'retryOf'>;

/** Whether the run creates sample pictures, and the warnings about prompts that create none. */
interface PicturePlan {
  readonly validation: boolean;
  readonly warnings: readonly Warning[];
}

/**
 * Prompts ask for pictures unless the command forbids them. A retry repeats the prompts of its original without a
 * warning.
 */
export function planPictures(command: PictureChoice): PicturePlan {
  const { samplePrompts = [], workflow, retryOf } = command;
  const validation = command.validation ?? samplePrompts.length > 0;
  if (samplePrompts.length === 0 || retryOf !== undefined) return { validation, warnings: [] };
  const ownWorkflow = 'the request has its own workflow, whose validation node contains the prompts';
  if (workflow !== undefined) return { validation, warnings: [toPromptWarning(ownWorkflow)] };
  return { validation, warnings: validation ? [] : [toPromptWarning('validation is false')] };
}

function toPromptWarning(reason: string): Warning {
  return { code: 'sample_prompts_unused', message: `sample_prompts create no sample pictures: ${reason}` };
}
