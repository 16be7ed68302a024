/** Optimizers of the OptimizerConfig node, in its exact spelling. */
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
export type OptimizerType = (typeof OPTIMIZER_TYPES)[number];

/** Learning-rate schedules of the OptimizerConfig node; there is no "linear". */
export const LR_SCHEDULERS = [
  'constant',
  'cosine',
  'cosine_with_restarts',
  'polynomial',
  'constant_with_warmup',
] as const;
export type LrScheduler = (typeof LR_SCHEDULERS)[number];

/** Types in which the LoRA's gradients (with bf16 and fp16: its weights, too) are held. */
export const GRADIENT_DTYPES = ['fp32', 'fp16', 'bf16'] as const;
export type GradientDtype = (typeof GRADIENT_DTYPES)[number];

/** Types in which the finished file is written. */
export const SAVE_DTYPES = ['fp32', 'fp16', 'bf16', 'fp8_e4m3fn', 'fp8_e5m2'] as const;
export type SaveDtype = (typeof SAVE_DTYPES)[number];

/** How noise levels are drawn during training. */
export const TIMESTEP_SAMPLINGS = ['sigmoid', 'uniform', 'sigma', 'shift', 'flux_shift'] as const;
export type TimestepSampling = (typeof TIMESTEP_SAMPLINGS)[number];

/** Trades speed for GPU memory. */
export const GRADIENT_CHECKPOINTINGS = ['enabled', 'enabled_with_cpu_offloading', 'disabled'] as const;
export type GradientCheckpointing = (typeof GRADIENT_CHECKPOINTINGS)[number];
