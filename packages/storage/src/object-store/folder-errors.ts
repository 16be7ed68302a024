import { ObjectStoreError, type StoreRefusal } from '@trainyard/application';
import { LockTimeoutError } from './folder-lock.ts';

/** Message per error code of the operating system, whether the same call may succeed later, and the cause of a refusal. */
const errorsByCode: Readonly<
  Record<string, readonly [message: string, retryable: boolean, refusal?: StoreRefusal]>
> = {
  ENOSPC: ['the disk is full', true],
  EDQUOT: ['the disk quota is exhausted', true],
  EMFILE: ['too many files are open', true],
  ENFILE: ['too many files are open', true],
  EAGAIN: ['the file system is busy', true],
  EBUSY: ['the file system is busy', true],
  EIO: ['the disk cannot be read or written', true],
  ENOENT: ['the folder of the object store does not exist', true],
  EACCES: ['permission denied', false, 'permission'],
  EPERM: ['permission denied', false, 'permission'],
  EROFS: ['the file system is read-only', false, 'permission'],
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
  const [message, retryable, refusal] = errorsByCode[code] ?? ['the folder store failed', false];
  return new ObjectStoreError(key, code ? `${message} (${code})` : message, {
    retryable,
    refusal,
    cause: error,
  });
}

/** Messages of the errors that have a different meaning while the folder of the store itself is opened. */
const openErrorsByCode: Readonly<Record<string, string>> = {
  ENOENT: 'the folder cannot be created here; OBJECT_STORE_URL must name a folder on a disk',
  ENOTDIR: 'OBJECT_STORE_URL must name a folder; this path, or a part of it, is a file',
  EEXIST: 'OBJECT_STORE_URL must name a folder; this path, or a part of it, is a file',
};

/** Maps a failure to open the folder of the store to a non-retryable error of the port. */
export function toOpenFolderError(path: string, error: unknown): ObjectStoreError {
  const code = getErrorCode(error);
  const message = openErrorsByCode[code];
  if (message === undefined) return toFolderStoreError(path, error);
  return new ObjectStoreError(path, `${message} (${code})`, {
    retryable: false,
    refusal: 'address',
    cause: error,
  });
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
