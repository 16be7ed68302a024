import type { Epochs } from './derived.ts';
import type { Hyperparameters } from './fields/hyperparameters.ts';
import type { Warning } from './policies/policy.ts';

const SCHEDULE_FREE: readonly string[] = ['adamwschedulefree', 'sgdschedulefree', 'ProdigyPlusScheduleFree'];

/** Warnings about values that run, but rarely do what was meant (node reference, sections 4 and 7). */
export function findWarnings(hp: Hyperparameters, { steps_per_epoch }: Epochs): readonly Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, message: string) => warnings.push({ code, message });
  if (hp.max_train_steps < steps_per_epoch) {
    warn(
      'partial_epoch',
      `${hp.max_train_steps} steps do not see every image once; ${steps_per_epoch} would`,
    );
  }
  if (hp.gradient_dtype === 'fp16') {
    warn('fp16_gradients', 'gradient_dtype fp16 is known for losses that end in NaN; bf16 is safer');
  }
  if (hp.network_alpha === 0) {
    warn('alpha_zero', `network_alpha 0 is read as network_dim (${hp.network_dim})`);
  }
  if (SCHEDULE_FREE.includes(hp.optimizer_type)) {
    warn('schedule_free', `${hp.optimizer_type} ignores lr_scheduler`);
  }
  return warnings;
}
