import { ObjectStoreError } from '@trainyard/application';

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
