import { findBucketFault, findKeyFault } from './s3-names.ts';

/** One object in S3: `uri` is `s3://bucket/key` with the key as it is, not percent-encoded. */
export interface S3Address {
  readonly bucket: string;
  readonly key: string;
  readonly uri: string;
}

/** Thrown when an address does not name one object in S3. The message names it without its query and user info. */
export class S3AddressError extends Error {
  readonly code = 's3_address_invalid';
  readonly retryable = false;
  /** The refused address; whatever could be a credential is cut off. */
  readonly url: string;
  readonly reason: string;
  constructor(url: string, reason: string) {
    const shown = withoutSecrets(url);
    super(`${shown}: ${reason}`);
    this.name = 'S3AddressError';
    this.url = shown;
    this.reason = reason;
  }
}

/** Puts bucket and key together. Throws {@link S3AddressError}, naming `source`, when S3 takes no such name. */
export function toS3Address(source: string, bucket: string, key: string): S3Address {
  const fault = findBucketFault(bucket) ?? findKeyFault(key);
  if (fault) throw new S3AddressError(source, fault);
  return { bucket, key, uri: `s3://${bucket}/${key}` };
}

/**
 * Reads `s3://bucket/key` as it is written: nothing is decoded, and `?`, `#` and `%` belong to the key.
 * Throws {@link S3AddressError}.
 */
export function parseS3Uri(uri: string): S3Address {
  const match = /^s3:\/\/([^/]*)\/?(.*)$/isu.exec(uri);
  if (!match) throw new S3AddressError(uri, 'not an s3:// address');
  return toS3Address(uri, match[1] ?? '', match[2] ?? '');
}

/** A presigned query is a credential for hours, and so is `user:password@`: neither belongs into a message. */
function withoutSecrets(url: string): string {
  if (/^s3:/i.test(url)) return url.slice(0, 300);
  return url
    .replace(/[?#].*$/su, '')
    .replace(/^([a-z][a-z0-9+.-]*:\/*)[^/]*@/iu, '$1')
    .slice(0, 300);
}
