import { S3AddressError } from '../errors.ts';

/** Options of `normalizeS3Address`. */
export interface S3UrlOptions {
  /**
   * Origins of S3-compatible servers, e.g. `https://minio.example.com:9000`. Their URLs name the bucket in the path, or in
   * front of the host.
   */
  readonly customEndpoints?: readonly string[];
}

/** The place of an object in a URL. `path` is percent-encoded and begins behind the bucket. */
export interface ObjectPlace {
  /** Empty when the URL names none. */
  readonly bucket: string;
  readonly path: string;
  /** Whether the server reads a `+` in the path as a blank. */
  readonly plusIsBlank: boolean;
}

interface UrlParts {
  readonly scheme: string;
  readonly authority: string;
  /** Percent-encoded, with its leading `/`. */
  readonly path: string;
}

/** Finds bucket and path in an https URL of Amazon S3 or of a custom endpoint. Throws {@link S3AddressError}. */
export function locateObject(url: string, options: S3UrlOptions): ObjectPlace {
  const parts = splitUrl(url);
  const custom = findAtEndpoints(parts, options.customEndpoints ?? []);
  if (custom !== undefined) return custom;
  if (parts.scheme !== 'https')
    throw new S3AddressError(url, 'only s3:// and https:// addresses are supported');
  const { bucket } = parseAmazonHost(url, parts.authority);
  const place = bucket === undefined ? splitPathStyle(parts.path) : { bucket, path: parts.path.slice(1) };
  return { ...place, plusIsBlank: true };
}

/** Whether a URL has a host of Amazon S3 or of a custom endpoint, so that its path names an object. */
export function isS3Host(url: string, options: S3UrlOptions = {}): boolean {
  const host = (/^https?:\/\/([^/?#]+)/i.exec(url)?.[1] ?? '').toLowerCase().replace(/:443$/, '');
  if (AMAZON_HOST.test(host) || WEBSITE_HOST.test(host)) return true;
  try {
    return findAtEndpoints(splitUrl(url), options.customEndpoints ?? []) !== undefined;
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

/** The place below the first custom endpoint that serves the URL. */
function findAtEndpoints(parts: UrlParts, endpoints: readonly string[]): ObjectPlace | undefined {
  for (const endpoint of endpoints) {
    const base = splitUrl(endpoint);
    const place = findAtEndpoint(parts, { ...base, path: base.path.replace(/\/+$/, '') });
    if (place !== undefined) return place;
  }
  return undefined;
}

function findAtEndpoint(parts: UrlParts, base: UrlParts): ObjectPlace | undefined {
  const published = findPublished(parts, base);
  if (published !== undefined) return published;
  if (base.scheme !== parts.scheme) return undefined;
  if (base.authority === parts.authority) {
    return parts.path.startsWith(`${base.path}/`)
      ? { ...splitPathStyle(parts.path.slice(base.path.length)), plusIsBlank: false }
      : undefined;
  }
  if (base.path !== '' || !parts.authority.endsWith(`.${base.authority}`)) return undefined;
  const bucket = parts.authority.slice(0, -base.authority.length - 1);
  return { bucket, path: parts.path.slice(1), plusIsBlank: false };
}

/**
 * The place of an object in an address under which a store publishes its buckets beside the S3 endpoint: the CDN of
 * DigitalOcean Spaces, and Backblaze's `fNNN` hosts, which read a `+` as a blank.
 */
function findPublished({ scheme, authority, path }: UrlParts, base: UrlParts): ObjectPlace | undefined {
  if (scheme !== 'https') return undefined;
  const region = /^([a-z]+\d+)\.digitaloceanspaces\.com$/.exec(base.authority)?.[1];
  const cdn = `.${region}.cdn.digitaloceanspaces.com`;
  if (region !== undefined && authority.endsWith(cdn))
    return { bucket: authority.slice(0, -cdn.length), path: path.slice(1), plusIsBlank: false };
  const cluster = /^s3\.[a-z]+-[a-z]+-(\d{3})\.backblazeb2\.com$/.exec(base.authority)?.[1];
  if (cluster === undefined || authority !== `f${cluster}.backblazeb2.com` || !path.startsWith('/file/'))
    return undefined;
  return { ...splitPathStyle(path.slice('/file'.length)), plusIsBlank: true };
}

function splitPathStyle(path: string): Pick<ObjectPlace, 'bucket' | 'path'> {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/su.exec(path) ?? [];
  return { bucket, path: key };
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
