import { findPathKeyFault, parseS3Uri, type S3Address, S3AddressError } from '@trainyard/domain';
import { ObjectStoreError } from '../../errors.ts';

/** The metadata of an object, from a listing or a HEAD request. */
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

/** The condition of a write: the object has this ETag, or does not exist. */
export type WriteCondition = { readonly ifMatch: string } | { readonly ifAbsent: true };

/**
 * The object store: S3 or a folder, with conditional writes. Keys are relative to the prefix of the store,
 * `/`-separated, and never begin with `/`. Every method throws ObjectStoreError; a conditional write whose condition
 * fails throws PreconditionFailedError.
 */
export interface ObjectStore {
  get(key: string): Promise<StoredObject | undefined>;
  head(key: string): Promise<ObjectHead | undefined>;
  put(key: string, body: Uint8Array | string, options?: PutOptions): Promise<{ readonly etag: string }>;
  /** Deletes an object; a missing object is not an error. */
  delete(key: string): Promise<void>;
  /** All objects whose key begins with `prefix`, in the order of the UTF-8 bytes of their keys. */
  list(prefix: string): AsyncIterable<ObjectHead>;
  /** The metadata of an object in any bucket, by its `s3://bucket/key`; undefined for a missing object. */
  headUri(uri: string): Promise<ObjectHead | undefined>;
  /** An object in any bucket with its bytes, by its `s3://bucket/key`; undefined for a missing object. */
  getUri(uri: string): Promise<StoredObject | undefined>;
  /** The first bytes of an object, at most `maxBytes`, by its `s3://bucket/key`; undefined for a missing object. */
  readStart(uri: string, maxBytes: number): Promise<Uint8Array | undefined>;
  /** Streams an object that is too large for memory. A caller that stops early calls `return` of the iterator. */
  openUri(uri: string): Promise<OpenObject | undefined>;
  /**
   * The SHA-256 that the store keeps for a whole object, in lower-case hexadecimal digits; undefined without one. The object
   * is not downloaded.
   */
  readSha256(uri: string): Promise<string | undefined>;
  /** The `s3://bucket/key` of a key. */
  toUri(key: string): string;
  /** A URL that downloads an object without credentials; undefined for a store without presigned URLs. */
  presignGet(uri: string, options: PresignGetOptions): Promise<string | undefined>;
  /** A URL that uploads to a key without credentials, of exactly `sizeBytes` bytes where that is given; undefined as above. */
  presignPut(key: string, options: PresignPutOptions): Promise<string | undefined>;
}

/** An object as a stream of chunks. */
export interface OpenObject extends ObjectHead {
  readonly body: AsyncIterable<Uint8Array>;
}

interface PresignGetOptions {
  readonly expiresInSeconds: number;
  /** The file name of a download; without it a browser displays the object. */
  readonly fileName?: string;
}

interface PresignPutOptions {
  readonly expiresInSeconds: number;
  readonly contentType: string;
  readonly sizeBytes?: number;
}

/** The condition and the content type of a write. */
export interface PutOptions {
  readonly condition?: WriteCondition;
  readonly contentType?: string;
}

/**
 * Rejects an invalid key. Every adapter calls it first, so that no key leads out of the store. Throws ObjectStoreError
 * that is not retryable.
 */
export function assertObjectKey(key: string): void {
  const fault = key === '' ? 'the key is empty' : findPathKeyFault(key);
  if (fault) throw new ObjectStoreError(JSON.stringify(key.slice(0, 200)), fault, { retryable: false });
}

/** Parses an `s3://` address for an adapter. Throws ObjectStoreError that is not retryable. */
export function parseObjectUri(uri: string): S3Address {
  try {
    return parseS3Uri(uri);
  } catch (error) {
    if (!(error instanceof S3AddressError)) throw error;
    throw new ObjectStoreError(error.url, error.reason, { retryable: false });
  }
}
