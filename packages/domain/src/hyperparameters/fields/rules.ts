import type { HyperparameterIssue } from '../../errors.ts';
import type { Hyperparameters } from './hyperparameters.ts';

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
