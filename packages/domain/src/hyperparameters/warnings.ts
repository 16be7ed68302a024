import type { Epochs } from './derived.ts';
import type { Hyperparameters } from './fields/hyperparameters.ts';
import type { Warning } from './policies/policy.ts';

const SCHEDULE_FREE: readonly string[] = ['adamwschedulefree', 'sgdschedulefree', 'ProdigyPlusScheduleFree'];

/** Warnings about values that are valid but rarely intended (docs/training-nodes.md). */
export function findWarnings(hp: Hyperparameters, { steps_per_epoch }: Epochs): readonly Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, message: string) => warnings.push({ code, message });
  if (hp.max_train_steps < steps_per_epoch) {
    warn(
      'partial_epoch',
      `${hp.max_train_steps} steps do not reach every image once; that takes ${steps_per_epoch} steps`,
    );
  }
  if (hp.gradient_dtype === 'fp16') {
    warn('fp16_gradients', 'gradient_dtype fp16 often ends in a NaN loss; bf16 is safer');
  }
  if (hp.network_alpha === 0) {
    warn('alpha_zero', `the node treats network_alpha 0 as network_dim (${hp.network_dim})`);
  }
  if (SCHEDULE_FREE.includes(hp.optimizer_type)) {
    warn('schedule_free', `${hp.optimizer_type} ignores lr_scheduler`);
  }
  return warnings;
}
