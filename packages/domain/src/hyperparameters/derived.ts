import type { SaveDtype } from './fields/choices.ts';
import type { Hyperparameters } from './fields/hyperparameters.ts';

/** Parameters that one rank adds to a Flux LoRA over its 304 modules (node reference, section 4). */
const PARAMETERS_PER_RANK = 4_786_176;

const BYTES_PER_PARAMETER: Readonly<Record<SaveDtype, number>> = {
  fp32: 4,
  fp16: 2,
  bf16: 2,
  fp8_e4m3fn: 1,
  fp8_e5m2: 1,
};

/** How often a training sees its images. */
export interface Epochs {
  /** Steps of one pass over all images and repeats. */
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

/** Epochs of a training on so many images (SPEC §3): `steps / ceil(images × repeats / batch)`. */
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

/** Expected size of the LoRA file in bytes: about 9.57 MB a rank in bf16, so 153 MB at rank 16 (SPEC §3). */
export function expectedFileBytes(hp: Pick<Hyperparameters, 'network_dim' | 'save_dtype'>): number {
  return hp.network_dim * PARAMETERS_PER_RANK * BYTES_PER_PARAMETER[hp.save_dtype];
}
