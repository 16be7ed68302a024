/** One fault: which field, what it held, what it may hold. */
export interface HyperparameterIssue {
  readonly field: string;
  readonly value: unknown;
  /** What would have been accepted, in words. */
  readonly bound: string;
  readonly message: string;
}

/** The closed set of reasons for a {@link HyperparameterError}. */
export const HYPERPARAMETER_ERROR_CODES = [
  'invalid_image_count',
  'too_many_steps',
  'unknown_policy',
  'invalid_overrides',
  'invalid_settings',
] as const;
export type HyperparameterErrorCode = (typeof HYPERPARAMETER_ERROR_CODES)[number];

/**
 * Thrown when hyperparameters cannot be resolved: no images, over 100 000 steps, an unknown policy, overrides
 * out of bounds or at odds with each other, or settings that make no sense. Lists every fault, not the first.
 */
export class HyperparameterError extends Error {
  override readonly name = 'HyperparameterError';
  readonly retryable = false;
  readonly code: HyperparameterErrorCode;
  readonly issues: readonly HyperparameterIssue[];

  constructor(code: HyperparameterErrorCode, issues: readonly HyperparameterIssue[]) {
    super(issues.map((issue) => issue.message).join('; '));
    this.code = code;
    this.issues = issues;
  }
}
