import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent } from './errors.ts';

/**
 * The keys below `root` that begin with `prefix`, in the order of their UTF-8 bytes. Links to files count as
 * files; links to folders are not followed, they could lead in a circle.
 */
export async function* walkKeys(root: string, prefix: string, skip: string): AsyncIterable<string> {
  yield* walkFolder('', { root, prefix, skip });
}

interface WalkOptions {
  readonly root: string;
  readonly prefix: string;
  readonly skip: string;
}

async function* walkFolder(folder: string, options: WalkOptions): AsyncIterable<string> {
  for (const name of await listNames(join(options.root, folder))) {
    const key = folder + name;
    if (key === `${options.skip}/`) continue;
    if (!name.endsWith('/')) {
      if (key.startsWith(options.prefix)) yield key;
    } else if (key.startsWith(options.prefix) || options.prefix.startsWith(key)) {
      yield* walkFolder(key, options);
    }
  }
}

/** The entries of a folder, folders with a `/` behind them: so they sort among files as their keys do. */
async function listNames(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown): Dirent[] => {
    if (isAbsent(error)) return [];
    throw error;
  });
  return entries
    .flatMap((entry) => {
      if (entry.isDirectory()) return [`${entry.name}/`];
      return entry.isFile() || entry.isSymbolicLink() ? [entry.name] : [];
    })
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
