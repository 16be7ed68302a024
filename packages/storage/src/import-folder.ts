import { readFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { assertObjectKey, type ImportSource, ObjectStoreError } from '@trainyard/application';
import { isAbsent } from './object-store/folder-errors.ts';
import { walkKeys } from './object-store/folder-files.ts';

/** Internal folder of a folder store; excluded from the import. */
const SKIPPED_FOLDER = '.trainyard';

/**
 * Opens a folder of this machine as an import source. Files in it are only read. Errors of the file system
 * other than a missing file are thrown unchanged.
 */
export function openImportFolder(path: string): ImportSource {
  const root = resolve(path);
  return {
    read: async (file) => {
      try {
        return new Uint8Array(await readFile(join(root, file)));
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    },
    list: (prefix) => walkKeys(root, prefix, SKIPPED_FOLDER),
    resolvePath: (written) => toKey(relative(root, isAbsolute(written) ? written : join(root, written))),
  };
}

function toKey(path: string): string | undefined {
  const key = path.split(sep).join('/').replace(/\/+$/, '');
  try {
    assertObjectKey(key);
    return key;
  } catch (error) {
    if (error instanceof ObjectStoreError) return undefined;
    throw error;
  }
}
