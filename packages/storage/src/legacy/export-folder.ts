import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, realpath, rename, rm } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ExportPathError, type ExportTarget } from '@trainyard/application';
import { findPathKeyFault } from '@trainyard/domain';
import { isAbsent } from '../object-store/folder-errors.ts';
import { createFolder, writeDurably } from '../object-store/folder-files.ts';

/**
 * Opens a folder as the target of an export; the folder is created by the first write. A file is replaced by a rename, so
 * that a link in its place is replaced and never followed.
 */
export function openExportFolder(path: string): ExportTarget {
  const root = resolve(path);
  return {
    address: root,
    isEmpty: async () => {
      if (!(await exists(root))) return true;
      return (await readdir(root)).length === 0;
    },
    write: async (file, bytes) => {
      const fault = findPathFault(file);
      if (fault !== undefined) throw new ExportPathError(JSON.stringify(file), fault);
      await createFolder(root);
      const folder = await createParents(root, file);
      const target = join(folder, file.slice(file.lastIndexOf('/') + 1));
      if (await isDirectory(target)) throw new ExportPathError(file, 'is a folder in the target');
      const draft = join(folder, `.trainyard-${randomUUID()}`);
      try {
        await writeDurably(draft, bytes);
        await rename(draft, target);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },
  };
}

function findPathFault(file: string): string | undefined {
  const fault = findPathKeyFault(file);
  if (fault !== undefined) return `cannot be a path: ${fault}`;
  const isWindowsPath = process.platform === 'win32' && /[\\:]/.test(file);
  return isWindowsPath ? 'cannot be a path on Windows: it holds \\ or :' : undefined;
}

/** Creates the folders of a file one by one. Throws ExportPathError when one of them leads out of the root. */
async function createParents(root: string, file: string): Promise<string> {
  const realRoot = await realpath(root);
  let folder = realRoot;
  for (const name of file.split('/').slice(0, -1)) {
    folder = join(folder, name);
    const found = await lstat(folder).catch((error: unknown) => {
      if (isAbsent(error)) return undefined;
      throw error;
    });
    if (!found) await mkdir(folder);
    else if (found.isSymbolicLink()) folder = await resolveLink(realRoot, { folder, file });
    else if (!found.isDirectory())
      throw new ExportPathError(file, `needs the folder ${folder}, which is a file`);
  }
  return folder;
}

async function resolveLink(
  root: string,
  { folder, file }: { readonly folder: string; readonly file: string },
): Promise<string> {
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined || !isInside(root, real))
    throw new ExportPathError(file, `leads out of the folder: ${folder} is a link`);
  return real;
}

function isInside(root: string, path: string): boolean {
  const found = relative(root, path);
  return found !== '..' && !found.startsWith(`..${sep}`) && !isAbsolute(found);
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: unknown) => {
      if (isAbsent(error)) return false;
      throw error;
    },
  );
}

function isDirectory(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
