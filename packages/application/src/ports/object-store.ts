/** What a listing or a HEAD tells of an object. */
export interface ObjectHead {
  readonly key: string;
  readonly etag: string;
  readonly sizeBytes: number;
  readonly lastModifiedMs: number;
}

/** An object with its bytes. */
export interface StoredObject extends ObjectHead {
  readonly body: Uint8Array;
}

/** The condition under which a write happens; without one it always does. */
export type WriteCondition = { readonly ifMatch: string } | { readonly ifAbsent: true };

/**
 * Keys and bytes with compare-and-swap; the third store beside Redis does not exist (DESIGN §6).
 *
 * Keys are relative to the store's prefix, `/`-separated, never beginning with `/`.
 * Every method throws {@link ObjectStoreError}; a conditional write that lost throws {@link PreconditionFailedError}.
 */
export interface ObjectStore {
  get(key: string): Promise<StoredObject | undefined>;
  head(key: string): Promise<ObjectHead | undefined>;
  put(key: string, body: Uint8Array | string, options?: PutOptions): Promise<{ readonly etag: string }>;
  /** Deleting what is not there is no fault. */
  delete(key: string): Promise<void>;
  /** All objects whose key begins with `prefix`, by key. */
  list(prefix: string): AsyncIterable<ObjectHead>;
  /** The HEAD of an object anywhere, by its `s3://bucket/key`; undefined when there is none. */
  headUri(uri: string): Promise<ObjectHead | undefined>;
  /** The bytes of an object anywhere, by its `s3://bucket/key`. */
  getUri(uri: string): Promise<StoredObject | undefined>;
  /** The same piece by piece, for objects too large to be held. Who does not read it to its end calls `return`. */
  openUri(uri: string): Promise<OpenObject | undefined>;
  /** The `s3://bucket/key` that names this key to others. */
  toUri(key: string): string;
  /** A link that downloads the object at this `s3://` address without credentials; undefined where the store has none. */
  presignGet(uri: string, options: PresignGetOptions): Promise<string | undefined>;
  /**
   * A link that uploads to this key without credentials; undefined where the store has none. With a size it takes
   * exactly so many bytes.
   */
  presignPut(key: string, options: PresignPutOptions): Promise<string | undefined>;
}

/** An object being read. */
export interface OpenObject extends ObjectHead {
  readonly body: AsyncIterable<Uint8Array>;
}

interface PresignGetOptions {
  readonly expiresInSeconds: number;
  /** Under which a browser saves it; it shows it otherwise. */
  readonly fileName?: string;
}

interface PresignPutOptions {
  readonly expiresInSeconds: number;
  readonly contentType: string;
  readonly sizeBytes?: number;
}

export interface PutOptions {
  readonly condition?: WriteCondition;
  readonly contentType?: string;
}

/** Thrown when the store cannot be reached, refuses access or answers nonsense. */
export class ObjectStoreError extends Error {
  /** `object_store_refused`: what is wrong does not pass by itself. */
  readonly code: string;
  readonly key: string;
  /** Whether the same call may succeed later (network, 5xx, throttling). */
  readonly retryable: boolean;
  constructor(
    key: string,
    message: string,
    options: { readonly retryable: boolean; readonly cause?: unknown },
  ) {
    super(`${key}: ${message}`, { cause: options.cause });
    this.name = 'ObjectStoreError';
    this.key = key;
    this.retryable = options.retryable;
    this.code = options.retryable ? 'object_store_unavailable' : 'object_store_refused';
  }
}

/** Thrown when a conditional write found another state than the one it names: read again, then decide. */
export class PreconditionFailedError extends ObjectStoreError {
  override readonly code = 'precondition_failed';
  constructor(key: string, options?: { readonly cause?: unknown }) {
    super(key, 'the object changed since it was read', { retryable: true, ...options });
    this.name = 'PreconditionFailedError';
  }
}
