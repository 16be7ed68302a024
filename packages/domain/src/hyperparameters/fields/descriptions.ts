import type { HyperparameterName } from './hyperparameters.ts';

/** Groups of hyperparameters in the order of a form. A form shows the group `core` first and the others on demand. */
export const HYPERPARAMETER_GROUPS = {
  core: 'Training',
  optimizer: 'Optimizer',
  images: 'Image size and buckets',
  noise: 'Noise levels',
  memory: 'GPU memory',
  file: 'Model file',
} as const;

/** A group of hyperparameters. */
export type HyperparameterGroup = keyof typeof HYPERPARAMETER_GROUPS;

/** The label and the meaning of a hyperparameter for a form. */
export interface HyperparameterDescription {
  readonly label: string;
  readonly group: HyperparameterGroup;
  /** The meaning and the effect of the value in at most two sentences. */
  readonly text: string;
}

/** The descriptions of all hyperparameters, in the order of a form. */
export const HYPERPARAMETER_DESCRIPTIONS: Readonly<Record<HyperparameterName, HyperparameterDescription>> = {
  max_train_steps: {
    label: 'Steps',
    group: 'core',
    text: 'Updates of the weights in total; duration and cost grow with them.',
  },
  learning_rate: {
    label: 'Learning rate',
    group: 'core',
    text: 'Size of an update at its peak. Too high burns details, too low leaves the model weak.',
  },
  num_repeats: {
    label: 'Repeats',
    group: 'core',
    text: 'Uses of each image per epoch; 1 to 3 keep the progression smooth.',
  },
  network_dim: {
    label: 'Rank',
    group: 'core',
    text: 'Capacity of the LoRA; the model file grows with it.',
  },
  network_alpha: {
    label: 'Alpha',
    group: 'core',
    text: 'Scales the weights by alpha divided by rank; 0 counts as the rank.',
  },
  lr_warmup_steps: {
    label: 'Warm-up steps',
    group: 'core',
    text: 'Steps in which the learning rate rises to its peak.',
  },
  lr_scheduler: {
    label: 'Scheduler',
    group: 'core',
    text: 'Course of the learning rate after the warm-up. Cosine is gentler than constant.',
  },
  batch_size: {
    label: 'Batch size',
    group: 'optimizer',
    text: 'Images per step; a larger batch needs more GPU memory.',
  },
  optimizer_type: { label: 'Optimizer', group: 'optimizer', text: 'Algorithm that updates the weights.' },
  max_grad_norm: {
    label: 'Gradient limit',
    group: 'optimizer',
    text: 'Largest norm of the gradient; larger gradients are scaled down. 0 sets no limit.',
  },
  gradient_dtype: {
    label: 'Gradient precision',
    group: 'optimizer',
    text: 'Number type of the gradients; bf16 is stable, fp16 often ends in NaN.',
  },
  lr_scheduler_num_cycles: {
    label: 'Restarts',
    group: 'optimizer',
    text: 'Restarts of the scheduler cosine with restarts.',
  },
  lr_scheduler_power: {
    label: 'Polynomial power',
    group: 'optimizer',
    text: 'Exponent of the polynomial scheduler.',
  },
  width: { label: 'Width', group: 'images', text: 'Width of the training resolution in pixels.' },
  height: { label: 'Height', group: 'images', text: 'Height of the training resolution in pixels.' },
  enable_bucket: {
    label: 'Buckets',
    group: 'images',
    text: 'Groups images by aspect ratio instead of cropping all of them to one shape.',
  },
  bucket_no_upscale: {
    label: 'No enlargement',
    group: 'images',
    text: 'Keeps small images at their size inside a bucket.',
  },
  min_bucket_reso: {
    label: 'Smallest bucket side',
    group: 'images',
    text: 'Shortest side of a bucket in pixels.',
  },
  max_bucket_reso: {
    label: 'Largest bucket side',
    group: 'images',
    text: 'Longest side of a bucket in pixels.',
  },
  flip_aug: {
    label: 'Mirroring',
    group: 'images',
    text: 'Mirrors images at random; a face loses its asymmetry.',
  },
  timestep_sampling: {
    label: 'Noise distribution',
    group: 'noise',
    text: 'Distribution of the noise levels from which the model learns.',
  },
  discrete_flow_shift: {
    label: 'Noise shift',
    group: 'noise',
    text: 'Shift towards strong noise; effective with the distribution shift only.',
  },
  guidance_scale: {
    label: 'Guidance',
    group: 'noise',
    text: 'Guidance of the base model during training; 1 for Flux dev.',
  },
  fp8_base: {
    label: 'Base model in fp8',
    group: 'memory',
    text: 'Halves the GPU memory of the base model at a small loss of precision.',
  },
  gradient_checkpointing: {
    label: 'Gradient checkpointing',
    group: 'memory',
    text: 'Saves GPU memory by computing intermediate values a second time.',
  },
  blocks_to_swap: {
    label: 'Swapped blocks',
    group: 'memory',
    text: 'Blocks of the base model kept in RAM, which saves GPU memory and takes time: 0, or 2 to 35.',
  },
  save_dtype: {
    label: 'File precision',
    group: 'file',
    text: 'Number type of the model file; bf16 has half the size of fp32.',
  },
};
