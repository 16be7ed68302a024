import type { Hyperparameters } from '../hyperparameters/fields/hyperparameters.ts';
import type { Failure } from './failure.ts';

/** The inputs of a failed training on which its next step depends. */
export interface FailedInputs {
  readonly hyperparameters: Partial<Pick<Hyperparameters, 'network_dim' | 'batch_size' | 'learning_rate'>>;
  /** Whether the run created sample pictures. */
  readonly validation: boolean;
}

/** The values that a retry changes. Absent values stay. */
export interface RetryChanges {
  readonly hyperparameters?: Readonly<Record<string, number>>;
  readonly validation?: boolean;
}

/** The step after a failure, with a sentence for readers. `changes` are the values to retry with. */
export interface NextStep {
  readonly action: 'retry' | 'retry_with_changes' | 'correct_images' | 'correct_settings';
  readonly text: string;
  readonly changes?: RetryChanges;
}

/** The rank that the policies for actors and styles start from. */
const SMALL_RANK = 16;

/** Selects the step after a failure: its class decides, and its code where the remedy is more exact. */
export function getNextStep({ class: cls, code }: Failure, inputs: FailedInputs): NextStep {
  switch (cls) {
    case 'provider':
      return { action: 'retry', text: 'Retry: the fault belongs to RunPod, not to this training.' };
    case 'timeout':
      return {
        action: 'retry_with_changes',
        text: 'Retry with fewer steps, or raise EXECUTION_TIMEOUT_SECONDS.',
      };
    case 'out_of_memory':
      return toSmallerRun(inputs);
    case 'data':
      return { action: 'correct_images', text: 'Correct the images or captions that the message names.' };
    case 'configuration':
      return code === 'loss_nan' ? toSlowerRun(inputs) : toCorrection(code);
    case 'unknown':
      return toCorrection(code);
  }
}

/** The changes that need less memory, the strongest first. */
function toSmallerRun({ hyperparameters, validation }: FailedInputs): NextStep {
  const { network_dim: rank = SMALL_RANK, batch_size: batchSize = 1 } = hyperparameters;
  const action = 'retry_with_changes';
  const withoutSamples = validation ? ' or without sample pictures' : '';
  if (rank > SMALL_RANK)
    return {
      action,
      text: `Retry with rank ${SMALL_RANK}${withoutSamples}.`,
      changes: { hyperparameters: { network_dim: SMALL_RANK } },
    };
  if (batchSize > 1)
    return {
      action,
      text: `Retry with batch size 1${withoutSamples}.`,
      changes: { hyperparameters: { batch_size: 1 } },
    };
  if (validation) return { action, text: 'Retry without sample pictures.', changes: { validation: false } };
  return { action, text: `Retry with a rank below ${rank}, or choose a GPU with more memory.` };
}

function toSlowerRun({ hyperparameters: { learning_rate: rate } }: FailedInputs): NextStep {
  const action = 'retry_with_changes';
  if (rate === undefined) return { action, text: 'Retry with a lower learning rate.' };
  const half = Number((rate / 2).toPrecision(3));
  return {
    action,
    text: `Retry with a learning rate of ${half} instead of ${rate}.`,
    changes: { hyperparameters: { learning_rate: half } },
  };
}

/** The settings that a failure with this code asks for; every other code asks for the log of the container. */
const CORRECTIONS = new Map(
  Object.entries({
    output_missing: 'Set OUTPUT_LOOKUP to the place where the container stores its models, then retry.',
    output_unverified: 'Add the place of the model to MODEL_PREFIXES, then retry.',
    template_changed: 'Retry: the new training uses the present workflow template.',
    store_access: 'Correct the S3 keys of the RunPod endpoint, then retry.',
    model_missing:
      'Set FLUX_TRANSFORMER, FLUX_VAE, FLUX_CLIP_L and FLUX_T5 to files of the container, then retry.',
    several_gpus: 'Set the number of GPUs of the RunPod endpoint to 1, then retry.',
  }),
);

function toCorrection(code: string): NextStep {
  const text =
    CORRECTIONS.get(code) ?? 'Read the log of the run at RunPod and correct its cause, then retry.';
  return { action: code === 'template_changed' ? 'retry' : 'correct_settings', text };
}
