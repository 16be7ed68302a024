/**
 * The base of the errors of domain and comfyui. `code` is stable and part of the HTTP API; `retryable` states whether
 * the same call may succeed later without a change by the caller. The name is the name of the class.
 */
export abstract class TrainyardError extends Error {
  abstract readonly code: string;
  readonly retryable: boolean = false;
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Thrown for a concurrency limit that is not a whole number of at least 1. */
export class InvalidConcurrencyLimitError extends TrainyardError {
  override readonly code = 'invalid_concurrency_limit';
  constructor(maxConcurrency: number) {
    super(`The concurrency limit must be a whole number of at least 1, not ${maxConcurrency}`);
  }
}

/** One invalid field: its name, its value and the values that are allowed. */
export interface HyperparameterIssue {
  readonly field: string;
  readonly value: unknown;
  /** The allowed values as text, e.g. `a whole number, 1 to 100000`. */
  readonly bound: string;
  readonly message: string;
}

/** The closed set of codes of a {@link HyperparameterError}. */
export const HYPERPARAMETER_ERROR_CODES = [
  'invalid_image_count',
  'too_many_steps',
  'unknown_policy',
  'invalid_overrides',
  'invalid_settings',
] as const;
/** The reason why hyperparameters could not be resolved. */
export type HyperparameterErrorCode = (typeof HYPERPARAMETER_ERROR_CODES)[number];

/**
 * Thrown when hyperparameters cannot be resolved: no images, more than 100 000 steps, an unknown policy, overrides
 * that are out of bounds or contradict each other, or invalid settings. `issues` lists every fault, not only the first.
 */
export class HyperparameterError extends TrainyardError {
  readonly code: HyperparameterErrorCode;
  readonly issues: readonly HyperparameterIssue[];
  constructor(code: HyperparameterErrorCode, issues: readonly HyperparameterIssue[]) {
    super(issues.map((issue) => issue.message).join('; '));
    this.code = code;
    this.issues = issues;
  }
}

/** Thrown when an address does not name an object in S3. The message holds the address without query and user info. */
export class S3AddressError extends TrainyardError {
  readonly code = 's3_address_invalid';
  /** The rejected address without query and user info, both of which may be credentials; at most 300 characters. */
  readonly url: string;
  readonly reason: string;
  constructor(url: string, reason: string) {
    const shown = withoutSecrets(url);
    super(`${shown}: ${reason}`);
    this.url = shown;
    this.reason = reason;
  }
}

/** A presigned query is a credential for hours, and so is `user:password@`; an `s3://` address has neither. */
function withoutSecrets(url: string): string {
  if (/^s3:/i.test(url)) return url.slice(0, 300);
  return url
    .replace(/[?#].*$/su, '')
    .replace(/^([a-z][a-z0-9+.-]*:\/*)[^/]*@/iu, '$1')
    .slice(0, 300);
}
