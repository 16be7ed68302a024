import { ObjectStoreError, PreconditionFailedError } from '@trainyard/application';
import { LockTimeoutError } from './folder-lock.ts';

/** Message per error code of the operating system, and whether the same call may succeed later. */
const errorsByCode: Readonly<Record<string, readonly [message: string, retryable: boolean]>> = {
  ENOSPC: ['the disk is full', true],
  EDQUOT: ['the disk quota is exhausted', true],
  EMFILE: ['too many files are open', true],
  ENFILE: ['too many files are open', true],
  EAGAIN: ['the file system is busy', true],
  EBUSY: ['the file system is busy', true],
  EIO: ['the disk cannot be read or written', true],
  ENOENT: ['the folder of the object store does not exist', true],
  EACCES: ['permission denied', false],
  EPERM: ['permission denied', false],
  EROFS: ['the file system is read-only', false],
  EISDIR: ['the key is also a folder of other keys', false],
  ENOTEMPTY: ['the key is also a folder of other keys', false],
  ENOTDIR: ['a prefix of the key is itself an object', false],
  EEXIST: ['a prefix of the key is itself an object', false],
  ENAMETOOLONG: ['a part of the key is too long for the file system', false],
};

/** Maps a failure of the file system to the port's error; an ObjectStoreError is returned unchanged. */
export function toFolderStoreError(key: string, error: unknown): ObjectStoreError {
  if (error instanceof ObjectStoreError) return error;
  if (error instanceof LockTimeoutError)
    return new ObjectStoreError(key, error.message, { retryable: true, cause: error });
  const code = getErrorCode(error);
  const [message, retryable] = errorsByCode[code] ?? ['the folder store failed', false];
  return new ObjectStoreError(key, code ? `${message} (${code})` : message, { retryable, cause: error });
}

/** Whether the error means that the file does not exist. */
export function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(getErrorCode(error));
}

/** Error code of the operating system for each SQLite result code of the lock file (sqlite.org/rescode.html). */
const lockErrorCodes: Readonly<Record<number, string>> = {
  8: 'EROFS',
  10: 'EIO',
  13: 'ENOSPC',
  14: 'EACCES',
};
const PRIMARY_CODE = 0xff;

function getErrorCode(error: unknown): string {
  if (!(error instanceof Error && 'code' in error)) return '';
  const lockErrorCode = 'errcode' in error ? lockErrorCodes[Number(error.errcode) & PRIMARY_CODE] : undefined;
  return lockErrorCode ?? String(error.code);
}

/**
 * The parts of an SDK error that may be shown. The error itself carries headers and signatures and is never
 * passed on.
 */
interface S3ErrorInfo {
  readonly name: string;
  readonly status: number | undefined;
  readonly message: string;
}

/** Replaces secrets in a text by `***`. */
export type Scrub = (text: string) => string;

/**
 * Builds a function that removes these secrets, signatures, URL credentials and access key ids from texts.
 */
export function createScrub(secrets: readonly (string | undefined)[]): Scrub {
  const known = secrets.filter((secret): secret is string => secret !== undefined && secret.length > 3);
  return (text) =>
    known
      .reduce((scrubbed, secret) => scrubbed.replaceAll(secret, '***'), text)
      .replace(/(X-Amz-(?:Signature|Credential|Security-Token)=)[^&\s]*/gi, '$1***')
      .replace(/:\/\/[^/\s@]*@/g, '://***@')
      .replace(/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, '***');
}

function readS3Error(error: unknown): S3ErrorInfo {
  const { name = 'Error', message = '' } = error instanceof Error ? error : {};
  const code = getProperty(error, 'code');
  const status = getProperty(getProperty(error, '$metadata'), 'httpStatusCode');
  return {
    name: typeof code === 'string' && name === 'Error' ? code : name,
    status: typeof status === 'number' ? status : undefined,
    message,
  };
}

function getProperty(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** Whether S3 reports that the key has no object; a missing bucket does not count. */
export function isNotFound(error: unknown): boolean {
  return ['NoSuchKey', 'NotFound'].includes(readS3Error(error).name);
}

/**
 * Maps the failure of a write to the port's error. After a conditional write, 412, 409 and a deleted object
 * mean that the object changed: PreconditionFailedError.
 */
export function toS3WriteError(key: string, error: unknown, context: ErrorContext): ObjectStoreError {
  const { name, status } = readS3Error(error);
  const isLost = status === 412 || name === 'ConditionalRequestConflict' || isNotFound(error);
  return context.conditional && isLost
    ? new PreconditionFailedError(key)
    : toS3Error(key, error, context.scrub);
}

/** Whether the write was conditional, and the function that removes secrets from its error. */
export interface ErrorContext {
  readonly conditional: boolean;
  readonly scrub: Scrub;
}

/** Maps every other failure to the port's error, without credentials and without the SDK error as cause. */
export function toS3Error(key: string, error: unknown, scrub: Scrub): ObjectStoreError {
  if (error instanceof ObjectStoreError) return error;
  const info = readS3Error(error);
  const text = scrub(`${info.name}${info.message ? `: ${info.message}` : ''}`);
  const status = info.status === undefined ? '' : ` (HTTP ${info.status})`;
  return new ObjectStoreError(scrub(key), `${describeError(info)}${status}: ${text}`, {
    retryable: isRetryable(info),
  });
}

function describeError({ name, status }: S3ErrorInfo): string {
  if (name === 'NoSuchBucket') return 'the bucket does not exist';
  if (name === 'CredentialsProviderError') return 'S3 credentials are missing';
  if (status === 401 || status === 403) return 'S3 denied access';
  if (status === 301 || status === 307) return 'the bucket is in a different region';
  return status === undefined ? 'S3 is unreachable' : 'S3 failed';
}

/** Without a status S3 was unreachable; a retry helps unless credentials or settings are invalid. */
function isRetryable({ name, status }: S3ErrorInfo): boolean {
  if (['SlowDown', 'RequestTimeout', 'ConditionalRequestConflict'].includes(name)) return true;
  if (status === undefined)
    return !['CredentialsProviderError', 'TypeError', 'ERR_INVALID_URL'].includes(name);
  return status === 408 || status === 429 || status >= 500;
}
