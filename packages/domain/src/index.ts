export * from './auto-train/batch.ts';
export * from './auto-train/eligibility.ts';
export * from './auto-train/plan-sentence.ts';
export * from './auto-train/schedule.ts';
export * from './backoff.ts';
export { isHiddenName } from './dataset/hidden-name.ts';
export * from './dataset/image-files.ts';
export {
  findPathKeyFault,
  normalizeS3Address,
  parseS3Uri,
  type S3Address,
} from './dataset/s3-address.ts';
export type { S3UrlOptions } from './dataset/s3-url.ts';
export { STYLE_WORDS } from './dataset-report/caption-findings.ts';
export { type DecodedCaption, decodeCaption } from './dataset-report/caption-text.ts';
export * from './dataset-report/dataset.ts';
export { datasetErrors, reportDataset, requestFindings } from './dataset-report/dataset-report.ts';
export { nameFindings } from './dataset-report/file-findings.ts';
export {
  FINDING_CODES,
  FINDING_RULES,
  type Finding,
  type FindingCode,
  type FindingSeverity,
} from './dataset-report/finding.ts';
export * from './errors.ts';
export * from './estimate/budget.ts';
export * from './estimate/estimate.ts';
export * from './estimate/format.ts';
export * from './estimate/pace.ts';
export { estimateRemaining, type Pace, type Remaining } from './estimate/pace.ts';
export * from './failure/classify.ts';
export * from './failure/failure.ts';
export * from './failure/next-step.ts';
export {
  type Bound,
  checkCombination,
  describeBound,
  HYPERPARAMETER_BOUNDS,
  isHyperparameterName,
  isWithin,
  MAX_TRAIN_STEPS,
} from './hyperparameters/fields/bounds.ts';
export {
  HYPERPARAMETER_DESCRIPTIONS,
  HYPERPARAMETER_GROUPS,
  type HyperparameterDescription,
  type HyperparameterGroup,
} from './hyperparameters/fields/descriptions.ts';
export type {
  HyperparameterName,
  HyperparameterOverrides,
  Hyperparameters,
} from './hyperparameters/fields/hyperparameters.ts';
export {
  POLICY_NAMES,
  type Policy,
  type PolicyName,
  type PolicyRow,
  type Warning,
} from './hyperparameters/policies/policy.ts';
export { formatImageRange } from './hyperparameters/policies/reasons.ts';
export {
  DEFAULT_POLICY,
  DEFAULT_STYLE_FORM_POLICY,
  type DefaultPolicies,
  isPolicyName,
  POLICIES,
} from './hyperparameters/policies/registry.ts';
export * from './hyperparameters/policies/settings.ts';
export * from './hyperparameters/derived.ts';
export * from './hyperparameters/resolve.ts';
export * from './omit-undefined.ts';
export * from './output/container-output.ts';
export * from './output/key-template.ts';
export * from './output/model-address.ts';
export * from './output/model-prefixes.ts';
export * from './subject.ts';
export * from './training/attempt-result.ts';
export * from './training/obligations.ts';
export * from './training/progress-points.ts';
export * from './training/queue-position.ts';
export * from './training/state/attempt.ts';
export {
  type Cause,
  type EventByType,
  TRAINING_EVENT_TYPES,
  type TrainingEvent,
  type TrainingEventType,
} from './training/state/event.ts';
export * from './training/state/model.ts';
export * from './training/state/status.ts';
export * from './training/state/training.ts';
export * from './training/state/training.ts';
export * from './training/training-pace.ts';
export * from './training/transition.ts';
export { markUnconfirmed } from './training/transitions/base.ts';
export { CANCELLED_WHEN_MISSING_MS } from './training/transitions/cancelling.ts';
export {
  COUNTS_TO_REFUTE,
  FIRST_COUNT_AFTER_MS,
  MIN_COUNT_INTERVAL_MS,
} from './training/transitions/endpoint-count.ts';
export { RETRY_DELAY_MS } from './training/transitions/run.ts';
export { isAnsweredBySubmission, toOrphanReason } from './training/transitions/run-claim.ts';
export * from './verdict.ts';
