import { HyperparameterError, type HyperparameterIssue } from '../errors.ts';
import type { SubjectKind } from '../subject.ts';
import { calculateEpochs, type Epochs, expectedFileBytes } from './derived.ts';
import { checkField, HYPERPARAMETER_BOUNDS, isHyperparameterName, MAX_TRAIN_STEPS } from './fields/bounds.ts';
import type {
  HyperparameterName,
  HyperparameterOverrides,
  Hyperparameters,
} from './fields/hyperparameters.ts';
import { checkCombination, supportsWarmup } from './fields/rules.ts';
import type { PolicyName, Proposal, Warning } from './policies/policy.ts';
import { DEFAULT_POLICY, type DefaultPolicies, getPolicy } from './policies/registry.ts';
import { DEFAULT_HYPERPARAMETER_SETTINGS, type HyperparameterSettings } from './policies/settings.ts';
import { findWarnings } from './warnings.ts';

/** The input of {@link resolveHyperparameters}. */
export interface HyperparameterRequest {
  readonly kind: SubjectKind;
  /** Number of images in the dataset, captions excluded. */
  readonly imageCount: number;
  /** Name of a policy; the default of the kind without it. */
  readonly policy?: string | undefined;
  /** Unchecked values of the caller. */
  readonly overrides?: Readonly<Record<string, unknown>> | undefined;
  readonly settings?: HyperparameterSettings | undefined;
  readonly defaultPolicy?: DefaultPolicies | undefined;
}

/** Resolved hyperparameters with their derived values, warnings and advice (docs/concepts/hyperparameters.md). */
export interface Resolution extends Epochs {
  readonly hyperparameters: Hyperparameters;
  /** The hyperparameters of the policy without overrides. */
  readonly recommended: Hyperparameters;
  /** Names of the overridden fields. */
  readonly overridden: readonly HyperparameterName[];
  readonly policy: PolicyName;
  /** Name of the preset, e.g. «B»; undefined for policies without presets. */
  readonly preset: string | undefined;
  readonly warmup: { readonly steps: number /** Share of all steps, 0 to 1. */; readonly share: number };
  /** Expected size of the LoRA file in bytes. */
  readonly expected_file_bytes: number;
  readonly warnings: readonly Warning[];
  readonly advice: readonly Warning[];
}

/**
 * Resolves hyperparameters: the values of the policy, replaced by the caller's overrides. Throws
 * {@link HyperparameterError} with all issues when the dataset has no images, the policy is unknown, the steps exceed
 * 100 000, or overrides are unknown, out of bounds or contradict each other.
 */
export function resolveHyperparameters(request: HyperparameterRequest): Resolution {
  const { kind, imageCount } = request;
  requireImages(imageCount);
  const policy = getPolicy(request.policy ?? (request.defaultPolicy ?? DEFAULT_POLICY)[kind]);
  const settings = request.settings ?? DEFAULT_HYPERPARAMETER_SETTINGS;
  const proposal = policy.propose({ kind, imageCount, settings });
  const overrides = checkOverrides(request.overrides ?? {});
  const hyperparameters = completeHyperparameters(proposal, overrides);
  requireConsistent(hyperparameters, overrides);
  const epochs = calculateEpochs(imageCount, hyperparameters);
  const { lr_warmup_steps: steps, max_train_steps } = hyperparameters;
  return {
    hyperparameters,
    recommended: completeHyperparameters(proposal, {}),
    overridden: Object.keys(overrides).filter(isHyperparameterName),
    policy: policy.name,
    preset: proposal.preset,
    ...epochs,
    warmup: { steps, share: steps / max_train_steps },
    expected_file_bytes: expectedFileBytes(hyperparameters),
    warnings: [...proposal.warnings, ...findWarnings(hyperparameters, epochs)],
    advice: proposal.advice,
  };
}

function requireImages(imageCount: number): void {
  if (Number.isSafeInteger(imageCount) && imageCount >= 1) return;
  const message =
    imageCount === 0
      ? 'There are no images to train on'
      : `The image count must be a whole number from 1, not ${imageCount}`;
  throw new HyperparameterError('invalid_image_count', [
    { field: 'image_count', value: imageCount, bound: 'a whole number, at least 1', message },
  ]);
}

function checkOverrides(raw: Readonly<Record<string, unknown>>): HyperparameterOverrides {
  const given = Object.entries(raw).filter(([, value]) => value !== undefined);
  const issues = given
    .map(([name, value]) => checkOverride(name, value))
    .filter((issue) => issue !== undefined);
  if (issues.length > 0) throw new HyperparameterError('invalid_overrides', issues);
  return Object.fromEntries(given) as HyperparameterOverrides;
}

function checkOverride(name: string, value: unknown): HyperparameterIssue | undefined {
  if (isHyperparameterName(name)) return checkField(name, value);
  const bound = `one of ${Object.keys(HYPERPARAMETER_BOUNDS).join(', ')}`;
  return { field: name, value, bound, message: `"${name}" is not a known hyperparameter` };
}

/** Completes the values: alpha follows the rank and warm-up the steps, unless they are overridden. */
function completeHyperparameters(proposal: Proposal, overrides: HyperparameterOverrides): Hyperparameters {
  const given = { ...proposal.values, ...overrides } as Hyperparameters;
  const share = supportsWarmup(given.lr_scheduler) ? proposal.warmupShare : 0;
  return {
    ...given,
    network_alpha: overrides.network_alpha ?? given.network_dim * proposal.alphaPerDim,
    lr_warmup_steps: overrides.lr_warmup_steps ?? Math.round(given.max_train_steps * share),
  };
}

function requireConsistent(hp: Hyperparameters, overrides: HyperparameterOverrides): void {
  if (hp.max_train_steps > MAX_TRAIN_STEPS) throw tooManySteps(hp.max_train_steps);
  const derived = checkField('network_alpha', hp.network_alpha);
  const issues = [
    ...(derived === undefined ? [] : [explainAlpha(derived, overrides)]),
    ...checkCombination(hp),
  ];
  if (issues.length > 0) throw new HyperparameterError('invalid_overrides', issues);
}

function tooManySteps(steps: number): HyperparameterError {
  const message = `The policy gives ${steps} steps for this number of images, above the limit of ${MAX_TRAIN_STEPS}; set max_train_steps or use fewer images`;
  const bound = `at most ${MAX_TRAIN_STEPS}`;
  return new HyperparameterError('too_many_steps', [
    { field: 'max_train_steps', value: steps, bound, message },
  ]);
}

function explainAlpha(
  issue: HyperparameterIssue,
  { network_dim }: HyperparameterOverrides,
): HyperparameterIssue {
  return { ...issue, message: `${issue.message}; it follows network_dim (${network_dim}) unless it is set` };
}
