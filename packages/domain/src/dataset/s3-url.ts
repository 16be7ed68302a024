import { parseS3Uri, type S3Address, S3AddressError, toS3Address } from './s3-address.ts';

export interface S3UrlOptions {
  /** Origins of S3-compatible servers, e.g. `https://minio.example.com:9000`; their URLs are path-style. */
  readonly customEndpoints?: readonly string[];
}

interface UrlParts {
  readonly scheme: string;
  readonly authority: string;
  /** Still percent-encoded, with its leading `/`. */
  readonly path: string;
}

/**
 * Turns every common way of addressing one S3 object into bucket and key (SPEC §4): `s3://` as it is written, and
 * the https forms virtual-hosted, path-style, regional, dualstack, FIPS, accelerate and custom endpoint. A
 * presigned query is dropped, percent-escapes are decoded exactly once and `+` stays a plus.
 * Throws {@link S3AddressError} for anything else.
 */
export function normalizeS3Address(url: string, options: S3UrlOptions = {}): S3Address {
  if (/^s3:/i.test(url)) return parseS3Uri(url);
  const parts = splitUrl(url);
  const custom = findCustomEndpointPath(parts, options.customEndpoints ?? []);
  if (custom !== undefined) return parsePathStyle(url, custom);
  if (parts.scheme !== 'https') throw new S3AddressError(url, 'only s3:// and https:// addresses are taken');
  const host = parseAmazonHost(url, parts.authority);
  if (host.bucket === undefined) return parsePathStyle(url, parts.path);
  return toS3Address(url, host.bucket, decodePath(url, parts.path.slice(1)));
}

function splitUrl(url: string): UrlParts {
  const match = /^(https?):\/\/([^/?#]+)([^?#]*)(?:\?[^#]*)?(#.*)?$/isu.exec(url);
  if (!match) throw new S3AddressError(url, 'not an s3:// or https:// address');
  const [, scheme = '', authority = '', path = '', fragment] = match;
  if (authority.includes('@')) throw new S3AddressError(url, 'it carries a user name');
  if (fragment !== undefined)
    throw new S3AddressError(url, 'it has a fragment (a # in a key is written %23)');
  return { scheme: scheme.toLowerCase(), authority: withoutDefaultPort(scheme, authority), path };
}

function withoutDefaultPort(scheme: string, authority: string): string {
  return authority.toLowerCase().replace(scheme.toLowerCase() === 'https' ? /:443$/ : /:80$/, '');
}

/** The path below the first endpoint that this URL lies under. */
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

/** The bucket before Amazon's host name; none in a path-style address. */
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
