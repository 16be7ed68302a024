import {
  type Mode,
  type PolicyName,
  parseHyperparameterSettings,
  type Resolution,
  resolveHyperparameters,
  toSubjectKind,
} from '@trainyard/domain';

/** What hyperparameters are computed by, beyond the mode and the number of images. */
export interface HyperparamOptions {
  /** Seed 000's own rule, `image-count`, unless another policy is named. */
  readonly policy?: PolicyName;
  /** Values that win over the policy's, by the nodes' names (`learning_rate`, `network_dim`, …). */
  readonly overrides?: Readonly<Record<string, unknown>>;
  /** Where `SB_HP_*` are read from, e.g. `process.env`; without it their defaults count. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Hyperparameters for a number of images by the rules that the server has, computed here (seed 000,
 * `compute_hyperparams`). Thrown when there are no images or a value is out of bounds: `HyperparameterError`.
 */
export function computeHyperparams(
  mode: Mode,
  imageCount: number,
  { policy = 'image-count', overrides, env }: HyperparamOptions = {},
): Resolution {
  return resolveHyperparameters({
    kind: toSubjectKind(mode),
    imageCount,
    policy,
    overrides,
    ...(env && { settings: parseHyperparameterSettings(env) }),
  });
}
