import type {
  GradientCheckpointing,
  GradientDtype,
  LrScheduler,
  OptimizerType,
  SaveDtype,
  TimestepSampling,
} from './choices.ts';

/**
 * Everything a policy fixes and a person may override (SPEC §3). Field names are the inputs of the
 * FluxTrainer nodes they end up in, so one word means one thing from the form to the container.
 */
export interface Hyperparameters {
  /** Peak learning rate of the LoRA weights; 0 is refused, since it trains nothing. */
  readonly learning_rate: number;
  /** Optimizer updates in all; one update is one batch. */
  readonly max_train_steps: number;
  /** Rank of the LoRA; decides the size of the file. */
  readonly network_dim: number;
  /** The weights are scaled by alpha / dim; the node reads 0 as «equal to dim». */
  readonly network_alpha: number;
  /** Images per step. */
  readonly batch_size: number;
  /** How often each image appears in one epoch. */
  readonly num_repeats: number;
  readonly optimizer_type: OptimizerType;
  readonly lr_scheduler: LrScheduler;
  /** Steps over which the learning rate rises to its peak; the node takes no share, only a count. */
  readonly lr_warmup_steps: number;
  /** Restarts of `cosine_with_restarts`. */
  readonly lr_scheduler_num_cycles: number;
  /** Power of `polynomial`. */
  readonly lr_scheduler_power: number;
  readonly max_grad_norm: number;
  readonly gradient_dtype: GradientDtype;
  readonly save_dtype: SaveDtype;
  /** Mirrors images at random; adds no images to an epoch. */
  readonly flip_aug: boolean;
  /** Training resolution in pixels. */
  readonly width: number;
  readonly height: number;
  /** Sorts images into buckets by shape instead of cropping them to one. */
  readonly enable_bucket: boolean;
  readonly bucket_no_upscale: boolean;
  /** Shortest and longest side of a bucket, in pixels. */
  readonly min_bucket_reso: number;
  readonly max_bucket_reso: number;
  readonly timestep_sampling: TimestepSampling;
  /** Acts with `timestep_sampling` "shift" only. */
  readonly discrete_flow_shift: number;
  readonly guidance_scale: number;
  /** Holds the base model in fp8 on the GPU. */
  readonly fp8_base: boolean;
  readonly gradient_checkpointing: GradientCheckpointing;
  /** Transformer blocks parked in RAM to save GPU memory: 0, or 2 to 35. */
  readonly blocks_to_swap: number;
}

export type HyperparameterName = keyof Hyperparameters;

/** A person's own values; each wins over the policy. An absent or undefined field leaves the policy's value. */
export type HyperparameterOverrides = {
  readonly [Name in HyperparameterName]?: Hyperparameters[Name] | undefined;
};

/**
 * The part on which all policies agree; each policy adds its own rule on top. What no seed names is taken
 * from FluxTrainer's own Flux LoRA example.
 */
export const SHARED_VALUES = {
  optimizer_type: 'adamw8bit',
  lr_scheduler_num_cycles: 1,
  lr_scheduler_power: 1,
  max_grad_norm: 1,
  gradient_dtype: 'bf16',
  save_dtype: 'bf16',
  flip_aug: false,
  width: 1024,
  height: 1024,
  enable_bucket: true,
  bucket_no_upscale: false,
  min_bucket_reso: 256,
  max_bucket_reso: 1024,
  timestep_sampling: 'shift',
  discrete_flow_shift: 3.1582,
  guidance_scale: 1,
  fp8_base: true,
  gradient_checkpointing: 'enabled',
  blocks_to_swap: 0,
} as const satisfies Partial<Hyperparameters>;
