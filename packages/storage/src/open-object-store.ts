import { fileURLToPath } from 'node:url';
import { ObjectStoreError } from '@trainyard/application';
import { parseS3Uri } from '@trainyard/domain';
import { openFolderStore } from './object-store/folder-store.ts';
import type { ObjectStoreOptions, OpenObjectStore } from './object-store/options.ts';
import type { S3Location } from './object-store/s3-store.ts';

/** Bucket name of a folder store in `s3://` addresses, unless its URL has `?bucket=name`. */
const FOLDER_BUCKET = 'local';

/**
 * Opens the object store at a URL (`OBJECT_STORE_URL`): `s3://bucket/prefix`, `file:/absolute` or
 * `file:relative` to the working directory. A missing folder is created unless the store is read-only. Opening S3 makes no request. Throws
 * a non-retryable {@link ObjectStoreError} for a URL that is not an object store.
 */
export async function openObjectStore(
  url: string,
  options: ObjectStoreOptions = {},
): Promise<OpenObjectStore> {
  if (/^s3:\/\//i.test(url)) {
    const location = parseS3Location(url);
    // Imported on demand: the AWS SDK takes a tenth of a process's start time.
    const { openS3Store } = await import('./object-store/s3-store.ts');
    return openS3Store(location, options.s3 ?? {});
  }
  if (/^file:/i.test(url)) {
    const { path, bucket } = parseFolderLocation(url);
    return openFolderStore(path, bucket, options);
  }
  throw toInvalidUrlError(url, 'must be s3://bucket/prefix or file:path');
}

function parseS3Location(url: string): S3Location {
  const [, bucket = '', rest = ''] = /^s3:\/\/([^/?#]*)\/*([^?#]*?)\/*$/i.exec(url) ?? [];
  return withValidBucket(url, bucket, () => ({ bucket, prefix: rest === '' ? '' : `${rest}/` }));
}

function parseFolderLocation(url: string): { readonly path: string; readonly bucket: string } {
  const [address = '', query] = url.split('?', 2);
  const bucket = new URLSearchParams(query).get('bucket') ?? FOLDER_BUCKET;
  return withValidBucket(url, bucket, () => ({ path: toFolderPath(address), bucket }));
}

function toFolderPath(address: string): string {
  if (/^file:\/\//i.test(address)) return fileURLToPath(address);
  const path = decodeURIComponent(address.slice('file:'.length));
  if (path === '') throw new Error('the folder is missing');
  return path;
}

/** Parses the rest of the URL after its bucket name was validated. */
function withValidBucket<T>(url: string, bucket: string, read: () => T): T {
  try {
    parseS3Uri(`s3://${bucket}/key`);
    return read();
  } catch (error) {
    throw toInvalidUrlError(
      url,
      error instanceof Error && 'reason' in error ? String(error.reason) : String(error),
    );
  }
}

function toInvalidUrlError(url: string, reason: string): ObjectStoreError {
  const redactedUrl = url.replace(/\/\/[^/@]*@/, '//').replace(/\?.*$/s, '');
  return new ObjectStoreError(redactedUrl, reason, { retryable: false });
}
