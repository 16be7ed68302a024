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
import { calculateEpochs, type Epochs, expectedFileBytes, findWarnings } from './derived.ts';
import type {
  HyperparameterName,
  HyperparameterOverrides,
  Hyperparameters,
} from './fields/hyperparameters.ts';
import type { PolicyName, Proposal, Warning } from './policies/policy.ts';
import { explainProposal, type ValueReasons } from './policies/reasons.ts';
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
  /**
   * The value of each field if the request did not override that one: alpha and warm-up follow the overridden rank and
   * steps.
   */
  readonly baseline: Hyperparameters;
  /** Why the policy proposes a value (docs/concepts/hyperparameters.md). */
  readonly reasons: ValueReasons;
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
  const context = { kind, imageCount, settings };
  const proposal = policy.propose(context);
  const overrides = checkOverrides(request.overrides ?? {});
  const hyperparameters = completeHyperparameters(proposal, overrides);
  requireConsistent(hyperparameters, overrides);
  const epochs = calculateEpochs(imageCount, hyperparameters);
  const { lr_warmup_steps: steps, max_train_steps } = hyperparameters;
  return {
    hyperparameters,
    recommended: completeHyperparameters(proposal, {}),
    baseline: toBaseline(proposal, overrides),
    reasons: explainProposal(policy, context),
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

function toBaseline(proposal: Proposal, overrides: HyperparameterOverrides): Hyperparameters {
  const { network_alpha: _, lr_warmup_steps: __, ...others } = overrides;
  const { network_alpha, lr_warmup_steps } = completeHyperparameters(proposal, others);
  return { ...completeHyperparameters(proposal, {}), network_alpha, lr_warmup_steps };
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
