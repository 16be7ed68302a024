export * from './auto-train/index.ts';
export * from './dataset/index.ts';
export {
  costOf,
  ESTIMATE_SEED,
  type Estimate,
  type EstimateBasis,
  estimate,
  QUEUE_BUDGET_MS,
  type RunLimits,
  runLimits,
} from './estimate/estimate.ts';
export { type Pace, type Remaining, remaining } from './estimate/pace.ts';
export { classifyFailure, type EndedBadly } from './failure/classify.ts';
export { FAILURE_CLASSES, type Failure, type FailureClass, lost } from './failure/failure.ts';
export * from './hyperparameters/index.ts';
export * from './subject/index.ts';
export * from './training/index.ts';
