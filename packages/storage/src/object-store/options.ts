import type { ObjectStore } from '@trainyard/application';

/** An object store with its open resources (sockets, a lock file); `close` releases them. */
export interface OpenObjectStore extends ObjectStore {
  close(): Promise<void>;
}

/** Connection to S3. Without keys the AWS SDK searches its default credential sources. */
export interface S3Options {
  /** Address of an S3-compatible server; absent for Amazon S3. */
  readonly endpoint?: string;
  /** `us-east-1` by default. */
  readonly region?: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  /** Places the bucket in the path instead of the host name; default with a custom endpoint. */
  readonly forcePathStyle?: boolean;
}

/** Options of the object store; `s3` is ignored by a folder store, and `readOnly` by S3. */
export interface ObjectStoreOptions {
  /** Opens a folder without creating it, and refuses writes. */
  readonly readOnly?: boolean;
  readonly s3?: S3Options;
}
