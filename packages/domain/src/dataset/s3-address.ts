import { S3AddressError } from '../errors.ts';

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

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const MAX_KEY_BYTES = 1024;

/** The rule of S3 that the name of a bucket breaks, or undefined. */
function findBucketFault(bucket: string): string | undefined {
  if (bucket === '') return 'it names no bucket';
  if (!BUCKET.test(bucket) || bucket.includes('..') || IPV4.test(bucket)) {
    return 'its bucket name is invalid (3 to 63 lower-case letters, digits, dots and hyphens)';
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

/** Options of {@link normalizeS3Address}. */
export interface S3UrlOptions {
  /** Origins of S3-compatible servers, e.g. `https://minio.example.com:9000`; their URLs are path-style. */
  readonly customEndpoints?: readonly string[];
}

interface UrlParts {
  readonly scheme: string;
  readonly authority: string;
  /** Percent-encoded, with its leading `/`. */
  readonly path: string;
}

/**
 * Parses every common address of an S3 object into bucket and key: `s3://`, and the https forms virtual-hosted,
 * path-style, regional, dualstack, FIPS, accelerate and custom endpoint. A presigned query is dropped, percent-escapes
 * are decoded exactly once and `+` stays a plus.
 * Throws {@link S3AddressError} for any other address.
 */
export function normalizeS3Address(url: string, options: S3UrlOptions = {}): S3Address {
  if (/^s3:/i.test(url)) return parseS3Uri(url);
  const parts = splitUrl(url);
  const custom = findCustomEndpointPath(parts, options.customEndpoints ?? []);
  if (custom !== undefined) return parsePathStyle(url, custom);
  if (parts.scheme !== 'https')
    throw new S3AddressError(url, 'only s3:// and https:// addresses are supported');
  const host = parseAmazonHost(url, parts.authority);
  if (host.bucket === undefined) return parsePathStyle(url, parts.path);
  return toS3Address(url, host.bucket, decodePath(url, parts.path.slice(1)));
}

/** Whether a URL has a host of Amazon S3 or of a custom endpoint, so that its path names an object. */
export function isS3Host(url: string, options: S3UrlOptions = {}): boolean {
  const host = (/^https?:\/\/([^/?#]+)/i.exec(url)?.[1] ?? '').toLowerCase().replace(/:443$/, '');
  if (AMAZON_HOST.test(host) || WEBSITE_HOST.test(host)) return true;
  try {
    return findCustomEndpointPath(splitUrl(url), options.customEndpoints ?? []) !== undefined;
  } catch (error) {
    if (error instanceof S3AddressError) return false;
    throw error;
  }
}

function splitUrl(url: string): UrlParts {
  const match = /^(https?):\/\/([^/?#]+)([^?#]*)(?:\?[^#]*)?(#.*)?$/isu.exec(url);
  if (!match) throw new S3AddressError(url, 'not an s3:// or https:// address');
  const [, scheme = '', authority = '', path = '', fragment] = match;
  if (authority.includes('@')) throw new S3AddressError(url, 'it holds a user name');
  if (fragment !== undefined)
    throw new S3AddressError(url, 'it has a fragment (a # in a key is written %23)');
  return { scheme: scheme.toLowerCase(), authority: withoutDefaultPort(scheme, authority), path };
}

function withoutDefaultPort(scheme: string, authority: string): string {
  return authority.toLowerCase().replace(scheme.toLowerCase() === 'https' ? /:443$/ : /:80$/, '');
}

/** The path below the first custom endpoint that is a prefix of the URL. */
function findCustomEndpointPath(parts: UrlParts, endpoints: readonly string[]): string | undefined {
  for (const endpoint of endpoints) {
    const base = splitUrl(endpoint);
    const basePath = base.path.replace(/\/+$/, '');
    if (base.scheme !== parts.scheme || base.authority !== parts.authority) continue;
    if (parts.path.startsWith(`${basePath}/`)) return parts.path.slice(basePath.length);
  }
  return undefined;
}

function parsePathStyle(url: string, path: string): S3Address {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/su.exec(path) ?? [];
  return toS3Address(url, bucket, decodePath(url, key));
}

function decodePath(url: string, path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new S3AddressError(url, 'its percent-encoding is broken');
  }
}

const REGION = '[a-z]{2,}(?:-[a-z]+)+-\\d+';
const DOMAIN = 'amazonaws\\.(?:com|com\\.cn|eu)';
const SERVICE = [
  `s3(?:-fips)?(?:\\.dualstack)?(?:[.-]${REGION})?`,
  's3-accelerate(?:\\.dualstack)?',
  's3-external-1',
].join('|');
const AMAZON_HOST = new RegExp(`^(?:(.+)\\.)?(?:${SERVICE})\\.${DOMAIN}$`);
const WEBSITE_HOST = new RegExp(`^.+\\.s3-website[.-]${REGION}\\.${DOMAIN}$`);

/** The bucket in front of Amazon's host name; undefined in a path-style address. */
function parseAmazonHost(url: string, host: string): { readonly bucket: string | undefined } {
  if (WEBSITE_HOST.test(host)) {
    throw new S3AddressError(
      url,
      'an s3-website address serves pages, not objects: use the bucket’s own address',
    );
  }
  const match = AMAZON_HOST.exec(host);
  if (!match) throw new S3AddressError(url, 'its host is neither Amazon S3 nor a configured endpoint');
  return { bucket: match[1] };
}
