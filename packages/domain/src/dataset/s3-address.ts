import { S3AddressError } from '../errors.ts';
import { locateObject, type S3UrlOptions } from './s3-url.ts';

/** The address of an object in S3. `uri` is `s3://bucket/key` with the unencoded key. */
export interface S3Address {
  readonly bucket: string;
  readonly key: string;
  readonly uri: string;
}

/** Throws {@link S3AddressError} for `source` when S3 does not allow the name of the bucket or the key. */
function toS3Address(source: string, bucket: string, key: string): S3Address {
  const fault = findBucketFault(bucket) ?? findKeyFault(key);
  if (fault) throw new S3AddressError(source, fault);
  return { bucket, key, uri: `s3://${bucket}/${key}` };
}

/**
 * Parses `s3://bucket/key` without decoding: `?`, `#` and `%` belong to the key.
 * Throws {@link S3AddressError} when it does not name an object.
 */
export function parseS3Uri(uri: string): S3Address {
  const match = /^s3:\/\/([^/]*)\/?(.*)$/isu.exec(uri);
  if (!match) throw new S3AddressError(uri, 'not an s3:// address');
  return toS3Address(uri, match[1] ?? '', match[2] ?? '');
}

/** Buckets of before 2018 may hold capitals and underscores, and up to 255 characters. */
const BUCKET = /^[A-Za-z0-9_-][A-Za-z0-9._-]{1,253}[A-Za-z0-9_-]$/;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const MAX_KEY_BYTES = 1024;

/** The rule of S3 that the name of a bucket breaks, or undefined. */
function findBucketFault(bucket: string): string | undefined {
  if (bucket === '') return 'it names no bucket';
  if (!BUCKET.test(bucket) || bucket.includes('..') || IPV4.test(bucket)) {
    return 'its bucket name is invalid (3 to 63 lower-case letters, digits, dots and hyphens; old buckets up to 255 characters with capitals and underscores)';
  }
  return undefined;
}

/**
 * The rule that a key breaks, or undefined. Stricter than S3: a key is also a path, in the folder store and in the
 * container, so `.` and `..` are not allowed as parts of it.
 */
function findKeyFault(key: string): string | undefined {
  if (key === '') return 'it names a bucket but no object';
  if (/\p{Cc}/u.test(key)) return 'its key holds a control character';
  if (!key.isWellFormed()) return 'its key is not valid Unicode';
  if (utf8Length(key) > MAX_KEY_BYTES) return `its key is longer than ${MAX_KEY_BYTES} bytes`;
  if (key.split('/').some((part) => part === '.' || part === '..'))
    return 'its key holds the path part . or ..';
  return undefined;
}

/** The rule that a key breaks as the path of a file, or undefined: it also holds no empty part and ends with no `/`. */
export function findPathKeyFault(key: string): string | undefined {
  return findKeyFault(key) ?? (key.split('/').includes('') ? 'its key holds an empty path part' : undefined);
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

/**
 * Parses every common address of an S3 object into bucket and key: `s3://`, and the https forms virtual-hosted,
 * path-style, regional, dualstack, FIPS, accelerate and custom endpoint. A presigned query is dropped, and percent-escapes
 * are decoded exactly once. A `+` in a URL of Amazon S3 is a blank, as Amazon's console writes it and S3 reads it; in a
 * URL of a different server and in an `s3://` address it stays a plus (docs/container.md).
 * Throws {@link S3AddressError} for any other address.
 */
export function normalizeS3Address(url: string, options: S3UrlOptions = {}): S3Address {
  if (/^s3:/i.test(url)) return parseS3Uri(url);
  const { bucket, path, plusIsBlank } = locateObject(url, options);
  const encoded = plusIsBlank ? path.replaceAll('+', '%20') : path;
  return toS3Address(url, bucket, decodePath(url, encoded));
}

function decodePath(url: string, path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new S3AddressError(url, `its percent-encoding is broken at ${findBrokenEscape(path)}`);
  }
}

/** The first escape that is no byte, or that is no part of a UTF-8 character. */
function findBrokenEscape(path: string): string {
  const malformed = /%(?![\da-f]{2}).{0,2}/iu.exec(path)?.[0];
  if (malformed !== undefined) return malformed;
  const escapes = path.match(/(?:%[\da-f]{2})+/gi) ?? [];
  return escapes.find((text) => !isDecodable(text)) ?? path;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
