import type { HyperparameterIssue } from '../../errors.ts';
import {
  GRADIENT_CHECKPOINTINGS,
  GRADIENT_DTYPES,
  type HyperparameterName,
  type Hyperparameters,
  LR_SCHEDULERS,
  OPTIMIZER_TYPES,
  SAVE_DTYPES,
  TIMESTEP_SAMPLINGS,
} from './hyperparameters.ts';
/** The allowed values of a field. Without `max`, the node declares no upper bound. */
export type Bound =
  | Readonly<{ type: 'integer' | 'number'; min: number; max?: number }>
  | Readonly<{ type: 'choice'; choices: readonly string[] }>
  | Readonly<{ type: 'boolean' }>;

function integer(min: number, max?: number): Bound {
  return {
    type: 'integer',
    min,
    ...(max !== undefined && { max }),
  };
}
function number(min: number, max?: number): Bound {
  return {
    type: 'number',
    min,
    ...(max !== undefined && { max }),
  };
}
function choice(choices: readonly string[]): Bound {
  return { type: 'choice', choices };
}
const boolean: Bound = { type: 'boolean' };

/** Largest `network_alpha`, the bound of the node. */
export const MAX_NETWORK_ALPHA = 2048;

/**
 * Bounds of every hyperparameter, as FluxTrainer's nodes declare them. Stricter than the node for `blocks_to_swap`: the
 * node declares no bound, but fails from 36.
 */
export const HYPERPARAMETER_BOUNDS: Readonly<Record<HyperparameterName, Bound>> = {
  learning_rate: number(0, 10),
  max_train_steps: integer(1, 100_000),
  network_dim: integer(1, 100_000),
  network_alpha: number(0, MAX_NETWORK_ALPHA),
  batch_size: integer(1),
  num_repeats: integer(1),
  optimizer_type: choice(OPTIMIZER_TYPES),
  lr_scheduler: choice(LR_SCHEDULERS),
  lr_warmup_steps: integer(0),
  lr_scheduler_num_cycles: integer(1),
  lr_scheduler_power: number(0),
  max_grad_norm: number(0),
  gradient_dtype: choice(GRADIENT_DTYPES),
  save_dtype: choice(SAVE_DTYPES),
  flip_aug: boolean,
  width: integer(64),
  height: integer(64),
  enable_bucket: boolean,
  bucket_no_upscale: boolean,
  min_bucket_reso: integer(64, 4096),
  max_bucket_reso: integer(64, 4096),
  timestep_sampling: choice(TIMESTEP_SAMPLINGS),
  discrete_flow_shift: number(0, 10),
  guidance_scale: number(1, 32),
  fp8_base: boolean,
  gradient_checkpointing: choice(GRADIENT_CHECKPOINTINGS),
  blocks_to_swap: integer(0, 35),
};

/** Maximum number of steps of a training, the bound of the node. */
export const MAX_TRAIN_STEPS = 100_000;

/** Whether an unchecked name is the name of a hyperparameter. */
export function isHyperparameterName(name: string): name is HyperparameterName {
  return Object.hasOwn(HYPERPARAMETER_BOUNDS, name);
}

/** Formats a bound, e.g. `a whole number, 1 to 100000`. */
export function describeBound(bound: Bound): string {
  switch (bound.type) {
    case 'boolean':
      return 'true or false';
    case 'choice':
      return `one of ${bound.choices.join(', ')}`;
    case 'integer':
    case 'number': {
      const noun = bound.type === 'integer' ? 'a whole number' : 'a number';
      return bound.max === undefined
        ? `${noun}, at least ${bound.min}`
        : `${noun}, ${bound.min} to ${bound.max}`;
    }
  }
}

/** Whether an unchecked value is within a bound. */
export function isWithin(bound: Bound, value: unknown): boolean {
  switch (bound.type) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'choice':
      return typeof value === 'string' && bound.choices.includes(value);
    case 'integer':
      return Number.isSafeInteger(value) && inRange(bound, value as number);
    case 'number':
      return Number.isFinite(value) && inRange(bound, value as number);
  }
}

function inRange(bound: { min: number; max?: number }, value: number): boolean {
  return value >= bound.min && (bound.max === undefined || value <= bound.max);
}

/** The issue with a field, or undefined when its value is within its bound. */
export function checkField(field: HyperparameterName, value: unknown): HyperparameterIssue | undefined {
  const bound = HYPERPARAMETER_BOUNDS[field];
  if (isWithin(bound, value)) return undefined;
  const description = describeBound(bound);
  return { field, value, bound: description, message: `${field} must be ${description}` };
}

/** Whether the scheduler supports a warm-up: kohya's trainer rejects `constant` with a warm-up. */
export function supportsWarmup(scheduler: Hyperparameters['lr_scheduler']): boolean {
  return scheduler !== 'constant';
}

/**
 * Finds contradictions between fields that are each within bounds. Each would end a paid run in an error or without an
 * effect (docs/training-nodes.md).
 */
export function checkCombination(hp: Hyperparameters): readonly HyperparameterIssue[] {
  return [...learningIssues(hp), ...bucketIssues(hp), ...memoryIssues(hp)];
}

function* learningIssues(hp: Hyperparameters): Generator<HyperparameterIssue> {
  if (hp.learning_rate === 0) {
    yield issue('learning_rate', 0, 'above 0', 'learning_rate 0 has no effect');
  }
  if (!supportsWarmup(hp.lr_scheduler) && hp.lr_warmup_steps !== 0) {
    const message = 'lr_scheduler "constant" does not support warm-up; use "constant_with_warmup"';
    yield issue('lr_warmup_steps', hp.lr_warmup_steps, '0 with lr_scheduler "constant"', message);
  } else if (hp.lr_warmup_steps >= hp.max_train_steps && hp.lr_warmup_steps > 0) {
    const message = `lr_warmup_steps must be below max_train_steps (${hp.max_train_steps})`;
    yield issue('lr_warmup_steps', hp.lr_warmup_steps, `below ${hp.max_train_steps}`, message);
  }
}

function* bucketIssues(hp: Hyperparameters): Generator<HyperparameterIssue> {
  if (!hp.enable_bucket) return;
  const shortest = Math.min(hp.width, hp.height);
  const longest = Math.max(hp.width, hp.height);
  if (hp.min_bucket_reso > hp.max_bucket_reso) {
    const message = `min_bucket_reso must be at most max_bucket_reso (${hp.max_bucket_reso})`;
    yield issue('min_bucket_reso', hp.min_bucket_reso, `at most ${hp.max_bucket_reso}`, message);
  }
  if (hp.min_bucket_reso > shortest) {
    const message = `min_bucket_reso must be at most the shorter side of the resolution (${shortest})`;
    yield issue('min_bucket_reso', hp.min_bucket_reso, `at most ${shortest}`, message);
  }
  if (hp.max_bucket_reso < longest) {
    const message = `max_bucket_reso must be at least the longer side of the resolution (${longest})`;
    yield issue('max_bucket_reso', hp.max_bucket_reso, `at least ${longest}`, message);
  }
}

function* memoryIssues(hp: Hyperparameters): Generator<HyperparameterIssue> {
  if (hp.blocks_to_swap === 1) {
    const message = 'blocks_to_swap 1 fails with blocks on two devices; use 0 or 2 to 35';
    yield issue('blocks_to_swap', 1, '0, or 2 to 35', message);
  }
  if (hp.blocks_to_swap > 0 && hp.gradient_checkpointing === 'enabled_with_cpu_offloading') {
    const message =
      'blocks_to_swap cannot be combined with gradient_checkpointing "enabled_with_cpu_offloading"';
    yield issue('blocks_to_swap', hp.blocks_to_swap, '0 with "enabled_with_cpu_offloading"', message);
  }
}

function issue(field: string, value: unknown, bound: string, message: string): HyperparameterIssue {
  return { field, value, bound, message };
}
