import type { ObjectStore } from '@trainyard/application';

/** An object store with what it keeps open (sockets, a lock file). */
export interface OpenObjectStore extends ObjectStore {
  close(): Promise<void>;
}

/** How S3 is reached. Without keys, AWS's own places for credentials are searched. */
export interface S3Options {
  /** Of an S3-compatible server; none for Amazon's. */
  readonly endpoint?: string;
  /** `us-east-1` unless told. */
  readonly region?: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  /** Bucket in the path rather than in the host name; the default with a custom endpoint. */
  readonly forcePathStyle?: boolean;
}

export interface ObjectStoreOptions {
  readonly s3?: S3Options;
}
