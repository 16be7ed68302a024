import { findPathKeyFault, normalizeS3Address } from '../dataset/s3-address.ts';
import { isS3Host, type S3UrlOptions } from '../dataset/s3-url.ts';
import { S3AddressError } from '../errors.ts';

/** The longest address of a model, in UTF-8 bytes. */
export const MAX_ADDRESS_BYTES = 4_096;

/**
 * The address of a model in one of its three forms. `object`: an object in S3, from an `s3://` address or an https URL
 * of S3 or of a configured endpoint. `key`: a key without a bucket. `url`: an https URL outside S3, without its query.
 */
export type ModelAddress =
  | { readonly kind: 'object'; readonly bucket: string; readonly key: string; readonly uri: string }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'url'; readonly url: string };

/** A text that is not the address of a model. `fault` completes the sentence «the address is unusable: …». */
export interface InvalidModelAddress {
  readonly kind: 'invalid';
  readonly fault: string;
}

/**
 * Parses the address of a model as a container, a webhook or an imported manifest gives it. The only parser of such
 * addresses: an address that it refuses counts as no address (docs/container.md). Total, for every string.
 */
export function parseModelAddress(
  address: string,
  options: S3UrlOptions = {},
): ModelAddress | InvalidModelAddress {
  const fault = findAddressTextFault(address);
  if (fault !== undefined) return toInvalid(fault);
  if (!/^[a-z][a-z0-9+.-]*:/i.test(address)) return parseBareKey(address);
  return isS3Address(address, options) ? parseS3Address(address, options) : parseForeignUrl(address);
}

/** The fault of an address as a text: its length, Unicode and control characters; undefined for a usable text. */
export function findAddressTextFault(address: string): string | undefined {
  if (address === '') return 'it is empty';
  if (address.length > MAX_ADDRESS_BYTES || new TextEncoder().encode(address).length > MAX_ADDRESS_BYTES)
    return `it is longer than ${MAX_ADDRESS_BYTES} bytes`;
  if (!address.isWellFormed()) return 'it is not valid Unicode';
  return /\p{Cc}/u.test(address) ? 'it holds a control character' : undefined;
}

function toInvalid(fault: string): InvalidModelAddress {
  return { kind: 'invalid', fault };
}

/** A key may begin with one slash, as in the path of a URL. */
function parseBareKey(address: string): ModelAddress | InvalidModelAddress {
  const key = address.replace(/^\//, '');
  const fault = findPathKeyFault(key);
  return fault === undefined ? { kind: 'key', key } : toInvalid(fault);
}

function isS3Address(address: string, options: S3UrlOptions): boolean {
  return /^s3:\/\//i.test(address) || isS3Host(address, options);
}

function parseS3Address(address: string, options: S3UrlOptions): ModelAddress | InvalidModelAddress {
  try {
    const { bucket, key, uri } = normalizeS3Address(address, options);
    const fault = findPathKeyFault(key);
    return fault === undefined ? { kind: 'object', bucket, key, uri } : toInvalid(fault);
  } catch (error) {
    if (error instanceof S3AddressError) return toInvalid(error.reason);
    throw error;
  }
}

/** Host, optional port and a path to a file. A user name in front of the host is not allowed. */
const FOREIGN_URL = /^https:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?\/[^\s?#]*[^\s?#/](?=[?#]|$)/i;

function parseForeignUrl(address: string): ModelAddress | InvalidModelAddress {
  const [url] = FOREIGN_URL.exec(address) ?? [];
  return url === undefined
    ? toInvalid('it is neither an s3:// address, nor an https URL of a file, nor a key')
    : { kind: 'url', url };
}
