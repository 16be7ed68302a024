import { parseS3Uri, type S3Address, S3AddressError } from '@trainyard/domain';
import { ObjectStoreError } from '../../errors.ts';

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

const MAX_KEY_BYTES = 1024;

/**
 * Refuses what is no key of an {@link ObjectStore}: every adapter calls it first, so that a key can never climb out
 * of its store. Throws {@link ObjectStoreError}, not retryable.
 */
export function assertObjectKey(key: string): void {
  const fault = findKeyFault(key);
  if (fault) throw new ObjectStoreError(JSON.stringify(key.slice(0, 200)), fault, { retryable: false });
}

function findKeyFault(key: string): string | undefined {
  if (key === '') return 'a key cannot be empty';
  if (key.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    return 'a key has no empty part, no . and no ..';
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(key)) return 'a key holds no control characters';
  if (!key.isWellFormed()) return 'a key is valid Unicode';
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) return `a key has at most ${MAX_KEY_BYTES} bytes`;
  return undefined;
}

/** Reads an `s3://` address for an adapter. Throws {@link ObjectStoreError}, not retryable. */
export function parseObjectUri(uri: string): S3Address {
  try {
    return parseS3Uri(uri);
  } catch (error) {
    if (!(error instanceof S3AddressError)) throw error;
    throw new ObjectStoreError(error.url, error.reason, { retryable: false });
  }
}
