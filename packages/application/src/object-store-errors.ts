import { TrainyardError } from '@trainyard/domain';
import { defineError } from './define-error.ts';

/**
 * The cause of an object store's refusal, where the store names it: `permission` is missing for this operation,
 * `credentials` are invalid, the `address` (bucket, region, URL) is wrong, or the operation is `unsupported`.
 */
export type StoreRefusal = 'permission' | 'credentials' | 'address' | 'unsupported';

/**
 * Thrown when the object store cannot be reached (`object_store_unavailable`, retryable: network, 5xx, throttling), or
 * refuses the request or the key (`object_store_refused`, not retryable). The message holds the code and the message of
 * the store itself, at most 500 characters without control characters.
 */
export class ObjectStoreError extends TrainyardError {
  override readonly code: string;
  override readonly retryable: boolean;
  readonly key: string;
  readonly refusal?: StoreRefusal;
  constructor(
    key: string,
    message: string,
    {
      retryable,
      refusal,
      ...options
    }: ErrorOptions & { readonly retryable: boolean; readonly refusal?: StoreRefusal | undefined },
  ) {
    super(`${key}: ${message}`, options);
    this.key = key;
    this.retryable = retryable;
    if (refusal !== undefined) this.refusal = refusal;
    this.code = retryable ? 'object_store_unavailable' : 'object_store_refused';
  }
}

/** Thrown when the object of a conditional write changed since it was read. Read it again, then decide. */
export class PreconditionFailedError extends ObjectStoreError {
  override readonly code = 'precondition_failed';
  constructor(key: string, options?: ErrorOptions) {
    super(key, 'the object changed since it was read', { retryable: true, ...options });
  }
}

/** Thrown at the start of a process when the object store does not keep what Trainyard needs; lists every fault. */
export class UnfitObjectStoreError extends defineError(
  'object_store_unfit',
  (address: string, faults: readonly string[]) => ({
    message: `The object store ${address} cannot be used: ${faults.join('; ')}`,
    faults,
  }),
) {}
