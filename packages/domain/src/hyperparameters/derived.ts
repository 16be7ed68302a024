import type { HyperparameterName, Hyperparameters, SaveDtype } from './fields/hyperparameters.ts';
import type { Warning } from './policies/policy.ts';

/** Parameters per rank of a Flux LoRA over its 304 modules (docs/training-nodes.md). */
const PARAMETERS_PER_RANK = 4_786_176;

const BYTES_PER_PARAMETER: Readonly<Record<SaveDtype, number>> = {
  fp32: 4,
  fp16: 2,
  bf16: 2,
  fp8_e4m3fn: 1,
  fp8_e5m2: 1,
};

/** The number of epochs of a training, and the steps of an epoch. */
export interface Epochs {
  /** Steps of a pass over all images and their repeats. */
  readonly steps_per_epoch: number;
  /** Passes, rounded for display. */
  readonly epochs: number;
  /** Passes as the node counts them, rounded up. */
  readonly epochs_node: number;
  /**
   * Whether the counts are exact. With buckets and a batch above 1 each bucket fills its last batch
   * separately, so the node may count more steps an epoch.
   */
  readonly epochs_exact: boolean;
}

type EpochInputs = Pick<Hyperparameters, 'max_train_steps' | 'num_repeats' | 'batch_size' | 'enable_bucket'>;

/** Calculates the epochs of a training: `steps / ceil(images × repeats / batch)` (docs/concepts/hyperparameters.md). */
export function calculateEpochs(imageCount: number, hp: EpochInputs): Epochs {
  const perEpoch = Math.ceil((imageCount * hp.num_repeats) / hp.batch_size);
  const epochs = hp.max_train_steps / perEpoch;
  return {
    steps_per_epoch: perEpoch,
    epochs: Math.round(epochs),
    epochs_node: Math.ceil(epochs),
    epochs_exact: hp.batch_size === 1 || !hp.enable_bucket,
  };
}

/** Expected size of the LoRA file in bytes: about 9.57 MB per rank in bf16, hence 153 MB at rank 16. */
export function expectedFileBytes(hp: Pick<Hyperparameters, 'network_dim' | 'save_dtype'>): number {
  return hp.network_dim * PARAMETERS_PER_RANK * BYTES_PER_PARAMETER[hp.save_dtype];
}

const SCHEDULE_FREE: readonly string[] = ['adamwschedulefree', 'sgdschedulefree', 'ProdigyPlusScheduleFree'];

/** Warnings about values that are valid but rarely intended (docs/training-nodes.md). */
export function findWarnings(hp: Hyperparameters, { steps_per_epoch }: Epochs): readonly Warning[] {
  const warnings: Warning[] = [];
  const warn = (field: HyperparameterName, code: string, message: string) =>
    warnings.push({ code, message, field });
  if (hp.max_train_steps < steps_per_epoch) {
    warn(
      'max_train_steps',
      'partial_epoch',
      `${hp.max_train_steps} steps do not reach every image once; that takes ${steps_per_epoch} steps`,
    );
  }
  if (hp.gradient_dtype === 'fp16') {
    warn('gradient_dtype', 'fp16_gradients', 'gradient_dtype fp16 often ends in a NaN loss; bf16 is safer');
  }
  if (hp.network_alpha === 0) {
    warn('network_alpha', 'alpha_zero', `the node treats network_alpha 0 as network_dim (${hp.network_dim})`);
  }
  if (SCHEDULE_FREE.includes(hp.optimizer_type)) {
    warn('lr_scheduler', 'schedule_free', `${hp.optimizer_type} ignores lr_scheduler`);
  }
  return warnings;
}
