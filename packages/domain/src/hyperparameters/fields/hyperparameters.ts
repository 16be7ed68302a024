/**
 * The hyperparameters that a policy sets and a caller may override (docs/concepts/hyperparameters.md). Field names are
 * the inputs of the FluxTrainer nodes, so a name means the same from the form to the container.
 */
export interface Hyperparameters {
  /** Peak learning rate of the LoRA weights; 0 is rejected, because it has no effect. */
  readonly learning_rate: number;
  /** Total number of optimizer updates; an update is a batch. */
  readonly max_train_steps: number;
  /** Rank of the LoRA; determines the size of the file. */
  readonly network_dim: number;
  /** The weights are scaled by alpha / dim; the node reads 0 as «equal to dim». */
  readonly network_alpha: number;
  /** Images per step. */
  readonly batch_size: number;
  /** Repeats of each image per epoch. */
  readonly num_repeats: number;
  readonly optimizer_type: OptimizerType;
  readonly lr_scheduler: LrScheduler;
  /** Number of steps in which the learning rate rises to its peak. The node takes a number, not a share. */
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
  /** Sorts images into buckets by aspect ratio instead of cropping all to the same shape. */
  readonly enable_bucket: boolean;
  readonly bucket_no_upscale: boolean;
  /** Shortest and longest side of a bucket, in pixels. */
  readonly min_bucket_reso: number;
  readonly max_bucket_reso: number;
  readonly timestep_sampling: TimestepSampling;
  /** Effective only with `timestep_sampling` "shift". */
  readonly discrete_flow_shift: number;
  readonly guidance_scale: number;
  /** Keeps the base model in fp8 on the GPU. */
  readonly fp8_base: boolean;
  readonly gradient_checkpointing: GradientCheckpointing;
  /** Transformer blocks swapped to RAM to save GPU memory: 0, or 2 to 35. */
  readonly blocks_to_swap: number;
}

/** The name of a hyperparameter. */
export type HyperparameterName = keyof Hyperparameters;

/** The caller's values, which replace those of the policy. An absent or undefined field keeps the policy's value. */
export type HyperparameterOverrides = {
  readonly [Name in HyperparameterName]?: Hyperparameters[Name] | undefined;
};

/**
 * The values that all policies share. Values that the documents of the legacy tools do not define come from
 * FluxTrainer's Flux LoRA example.
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

/** Optimizers of the OptimizerConfig node, in the exact spelling of the node. */
export const OPTIMIZER_TYPES = [
  'adamw8bit',
  'adamw',
  'prodigy',
  'CAME',
  'Lion8bit',
  'Lion',
  'adamwschedulefree',
  'sgdschedulefree',
  'AdEMAMix8bit',
  'PagedAdEMAMix8bit',
  'ProdigyPlusScheduleFree',
] as const;
/** An optimizer. */
type OptimizerType = (typeof OPTIMIZER_TYPES)[number];

/** Learning-rate schedules of the OptimizerConfig node; it has no "linear". */
export const LR_SCHEDULERS = [
  'constant',
  'cosine',
  'cosine_with_restarts',
  'polynomial',
  'constant_with_warmup',
] as const;
/** A learning-rate schedule. */
type LrScheduler = (typeof LR_SCHEDULERS)[number];

/** Number types of the LoRA's gradients; with bf16 and fp16 also of its weights. */
export const GRADIENT_DTYPES = ['fp32', 'fp16', 'bf16'] as const;
/** A number type of gradients. */
type GradientDtype = (typeof GRADIENT_DTYPES)[number];

/** Number types of the finished file. */
export const SAVE_DTYPES = ['fp32', 'fp16', 'bf16', 'fp8_e4m3fn', 'fp8_e5m2'] as const;
/** A number type of the finished file. */
export type SaveDtype = (typeof SAVE_DTYPES)[number];

/** Distributions of the noise levels during training. */
export const TIMESTEP_SAMPLINGS = ['sigmoid', 'uniform', 'sigma', 'shift', 'flux_shift'] as const;
/** A distribution of noise levels. */
type TimestepSampling = (typeof TIMESTEP_SAMPLINGS)[number];

/** Modes of gradient checkpointing, which trades speed for GPU memory. */
export const GRADIENT_CHECKPOINTINGS = ['enabled', 'enabled_with_cpu_offloading', 'disabled'] as const;
/** A mode of gradient checkpointing. */
type GradientCheckpointing = (typeof GRADIENT_CHECKPOINTINGS)[number];
