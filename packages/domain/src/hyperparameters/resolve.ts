import { HyperparameterError, type HyperparameterIssue } from '../errors.ts';
import type { SubjectKind } from '../subject.ts';
import {
  checkCombination,
  checkField,
  HYPERPARAMETER_BOUNDS,
  isHyperparameterName,
  MAX_NETWORK_ALPHA,
  MAX_TRAIN_STEPS,
  supportsWarmup,
} from './fields/bounds.ts';
import type {
  HyperparameterName,
  HyperparameterOverrides,
  Hyperparameters,
  SaveDtype,
} from './fields/hyperparameters.ts';
import type { PolicyName, Proposal, Warning } from './policies/policy.ts';
import { DEFAULT_POLICY, type DefaultPolicies, getPolicy } from './policies/registry.ts';
import { DEFAULT_HYPERPARAMETER_SETTINGS, type HyperparameterSettings } from './policies/settings.ts';

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
  const meant = findMeantName(name);
  const remedy = meant === undefined ? '' : `; did you mean ${meant}?`;
  return { field: name, value, bound, message: `"${name}" is not a known hyperparameter${remedy}` };
}

const SYNONYMS: Readonly<Record<string, HyperparameterName>> = { lr: 'learning_rate', rank: 'network_dim' };

/** The hyperparameter that a name abbreviates: `steps` is meant as `max_train_steps`. */
function findMeantName(name: string): string | undefined {
  const text = name.toLowerCase().replaceAll('-', '_');
  if (Object.hasOwn(SYNONYMS, text)) return SYNONYMS[text];
  const known = Object.keys(HYPERPARAMETER_BOUNDS);
  return known.find((each) => each === text || each.endsWith(`_${text}`) || each.startsWith(`${text}_`));
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
  const issues = [...checkDerivedAlpha(hp, overrides), ...checkCombination(hp)];
  if (issues.length > 0) throw new HyperparameterError('invalid_overrides', issues);
}

function tooManySteps(steps: number): HyperparameterError {
  const message = `The policy gives ${steps} steps for this number of images, above the limit of ${MAX_TRAIN_STEPS}; set max_train_steps or use fewer images`;
  const bound = `at most ${MAX_TRAIN_STEPS}`;
  return new HyperparameterError('too_many_steps', [
    { field: 'max_train_steps', value: steps, bound, message },
  ]);
}

/** An alpha that follows the rank limits it: the fault is the rank, which was set. */
function checkDerivedAlpha(
  { network_dim, network_alpha }: Hyperparameters,
  overrides: HyperparameterOverrides,
): readonly HyperparameterIssue[] {
  const fault = checkField('network_alpha', network_alpha);
  if (fault === undefined || overrides.network_dim === undefined) return fault ? [fault] : [];
  const maxDim = Math.floor((MAX_NETWORK_ALPHA * network_dim) / network_alpha);
  const message = `network_dim ${network_dim} is too large (at most ${maxDim}, because network_alpha follows it and is at most ${MAX_NETWORK_ALPHA}; or set network_alpha)`;
  return [{ field: 'network_dim', value: network_dim, bound: `at most ${maxDim}`, message }];
}

/** Parameters per rank of a Flux LoRA over its 304 modules (docs/training-nodes.md). */
const PARAMETERS_PER_RANK = 4_786_176;

const BYTES_PER_PARAMETER: Readonly<Record<SaveDtype, number>> = {
  fp32: 4,
  fp16: 2,
  bf16: 2,
  fp8_e4m3fn: 1,
  fp8_e5m2: 1,
};

/** The number of epochs of a training, and the steps of an epoch. */
export interface Epochs {
  /** Steps of a pass over all images and their repeats. */
  readonly steps_per_epoch: number;
  /** Passes, rounded for display. */
  readonly epochs: number;
  /** Passes as the node counts them, rounded up. */
  readonly epochs_node: number;
  /**
   * Whether the counts are exact. With buckets and a batch above 1 each bucket fills its last batch
   * separately, so the node may count more steps an epoch.
   */
  readonly epochs_exact: boolean;
}

type EpochInputs = Pick<Hyperparameters, 'max_train_steps' | 'num_repeats' | 'batch_size' | 'enable_bucket'>;

/** Calculates the epochs of a training: `steps / ceil(images × repeats / batch)` (docs/concepts/hyperparameters.md). */
export function calculateEpochs(imageCount: number, hp: EpochInputs): Epochs {
  const perEpoch = Math.ceil((imageCount * hp.num_repeats) / hp.batch_size);
  const epochs = hp.max_train_steps / perEpoch;
  return {
    steps_per_epoch: perEpoch,
    epochs: Math.round(epochs),
    epochs_node: Math.ceil(epochs),
    epochs_exact: hp.batch_size === 1 || !hp.enable_bucket,
  };
}

/** Expected size of the LoRA file in bytes: about 9.57 MB per rank in bf16, hence 153 MB at rank 16. */
export function expectedFileBytes(hp: Pick<Hyperparameters, 'network_dim' | 'save_dtype'>): number {
  return hp.network_dim * PARAMETERS_PER_RANK * BYTES_PER_PARAMETER[hp.save_dtype];
}

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
