import { ObjectStoreError, PreconditionFailedError } from '@trainyard/application';

/** What the operating system said, in words, and whether the same call may succeed later. */
const errorsByCode: Readonly<Record<string, readonly [message: string, retryable: boolean]>> = {
  ENOSPC: ['the disk is full', true],
  EDQUOT: ['the disk quota is used up', true],
  EMFILE: ['too many files are open', true],
  ENFILE: ['too many files are open', true],
  EAGAIN: ['the file system is busy', true],
  EBUSY: ['the file system is busy', true],
  EIO: ['the disk cannot be read or written', true],
  ENOENT: ['the folder of the object store is gone', true],
  ELOCKTIMEOUT: ['another process kept the lock of the store', true],
  EACCES: ['the folder store has no permission here', false],
  EPERM: ['the folder store has no permission here', false],
  EROFS: ['the file system is read-only', false],
  EISDIR: ['the key is also a folder of other keys', false],
  ENOTEMPTY: ['the key is also a folder of other keys', false],
  ENOTDIR: ['a part of the key is itself an object', false],
  EEXIST: ['a part of the key is itself an object', false],
  ENAMETOOLONG: ['a part of the key is too long for the file system', false],
};

/** Any failure of the file system as the port's error. */
export function toFolderStoreError(key: string, error: unknown): ObjectStoreError {
  if (error instanceof ObjectStoreError) return error;
  const code = getErrorCode(error);
  const [message, retryable] = errorsByCode[code] ?? ['the folder store failed', false];
  return new ObjectStoreError(key, code ? `${message} (${code})` : message, { retryable, cause: error });
}

/** Whether there is simply no object of that key. */
export function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(getErrorCode(error));
}

/** What SQLite says of its lock file, as the system would have said it (sqlite.org/rescode.html). */
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

/** What may be shown of the SDK's error. The error itself carries headers and signatures: it is never passed on. */
interface S3ErrorInfo {
  readonly name: string;
  readonly status: number | undefined;
  readonly message: string;
}

/** Text that must never leave the adapter. */
export type Scrub = (text: string) => string;

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

/** Whether S3 said that there is no object of that key; other things can be missing, too: the bucket, the user. */
export function isNotFound(error: unknown): boolean {
  return ['NoSuchKey', 'NotFound'].includes(readS3Error(error).name);
}

/** S3's answer to a write as the port's error; 412, 409 and a vanished object mean: read again. */
export function toS3WriteError(key: string, error: unknown, context: ErrorContext): ObjectStoreError {
  const { name, status } = readS3Error(error);
  const isLost = status === 412 || name === 'ConditionalRequestConflict' || isNotFound(error);
  return context.conditional && isLost
    ? new PreconditionFailedError(key)
    : toS3Error(key, error, context.scrub);
}

export interface ErrorContext {
  readonly conditional: boolean;
  readonly scrub: Scrub;
}

/** Any other failure as the port's error, without credentials. */
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
  if (name === 'NoSuchBucket') return 'there is no such bucket';
  if (name === 'CredentialsProviderError') return 'no credentials for S3';
  if (status === 401 || status === 403) return 'S3 refuses access';
  if (status === 301 || status === 307) return 'the bucket is in another region';
  return status === undefined ? 'S3 cannot be reached' : 'S3 failed';
}

/** No status means that no answer came; only missing credentials are not cured by trying again. */
function isRetryable({ name, status }: S3ErrorInfo): boolean {
  if (['SlowDown', 'RequestTimeout', 'ConditionalRequestConflict'].includes(name)) return true;
  if (status === undefined)
    return !['CredentialsProviderError', 'TypeError', 'ERR_INVALID_URL'].includes(name);
  return status === 408 || status === 429 || status >= 500;
}
