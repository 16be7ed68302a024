export * from './auto-train/index.ts';
export * from './dataset/index.ts';
export * from './estimate/index.ts';
export { classifyFailure, type FailedRun } from './failure/classify.ts';
export { FAILURE_CLASSES, type Failure, type FailureClass, LOST_FAILURE } from './failure/failure.ts';
export * from './hyperparameters/index.ts';
export * from './subject/index.ts';
export * from './training/index.ts';
