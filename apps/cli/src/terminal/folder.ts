import { stat } from 'node:fs/promises';
import type { ImportSource } from '@trainyard/application';
import { openImportFolder } from '@trainyard/storage';
import { UsageError } from './exit.ts';

/** Opens a folder of the existing tools. Throws UsageError for a path that is no folder. */
export async function openFolder(path: string): Promise<ImportSource> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new UsageError(`${path} does not exist`);
  if (!found.isDirectory()) throw new UsageError(`${path} is not a folder`);
  return openImportFolder(path);
}
