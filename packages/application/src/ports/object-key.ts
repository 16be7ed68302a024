import { parseS3Uri, type S3Address, S3AddressError } from '@trainyard/domain';
import { ObjectStoreError } from './object-store.ts';

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
