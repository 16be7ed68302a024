export { calculateEpochs, type Epochs, expectedFileBytes } from './derived.ts';
export {
  HYPERPARAMETER_ERROR_CODES,
  HyperparameterError,
  type HyperparameterErrorCode,
  type HyperparameterIssue,
} from './error.ts';
export {
  type Bound,
  describeBound,
  HYPERPARAMETER_BOUNDS,
  isHyperparameterName,
  isWithin,
  MAX_TRAIN_STEPS,
} from './fields/bounds.ts';
export type {
  HyperparameterName,
  HyperparameterOverrides,
  Hyperparameters,
} from './fields/hyperparameters.ts';
export { checkCombination } from './fields/rules.ts';
export { POLICY_NAMES, type Policy, type PolicyName, type Warning } from './policies/policy.ts';
export { DEFAULT_POLICY, type DefaultPolicies, isPolicyName, POLICIES } from './policies/registry.ts';
export { type HyperparameterRequest, type Resolution, resolveHyperparameters } from './resolve.ts';
export {
  type ActorSettings,
  DEFAULT_HYPERPARAMETER_SETTINGS,
  type HyperparameterSettings,
  parseHyperparameterSettings,
  type StyleSettings,
} from './settings.ts';
