import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import {
  access,
  type FileHandle,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ObjectHead } from '@trainyard/application';
import { isAbsent } from './folder-errors.ts';

/**
 * Computes the ETag of these bytes: their MD5 in quotes, as S3 does for an object written in a single part.
 */
export function toEtag(body: Uint8Array): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}

/** Runs `work` with an open file and closes it; undefined if the file does not exist. */
export async function withFile<T>(
  path: string,
  work: (file: FileHandle) => Promise<T>,
): Promise<T | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    return await work(file);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  } finally {
    await file?.close();
  }
}

/** Reads heads of files. The hash of a file is cached until its inode, size, mtime or ctime changes. */
export function createHeadReader(): { read(key: string, path: string): Promise<ObjectHead | undefined> } {
  const cache = new Map<string, { readonly stamp: string; readonly etag: string }>();
  return {
    read: (key, path) =>
      withFile(path, async (file) => {
        const stat = await file.stat({ bigint: true });
        if (stat.isDirectory()) return undefined;
        const stamp = `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`;
        const cached = cache.get(path);
        const etag = cached?.stamp === stamp ? cached.etag : await hashFile(file);
        // A file changed less than 1 s ago is not cached: it may change again without a new timestamp («racy git»).
        if (Date.now() - Number(stat.ctimeMs) > 1_000) cache.set(path, { stamp, etag });
        return { key, etag, sizeBytes: Number(stat.size), lastModifiedMs: Number(stat.mtimeMs) };
      }),
  };
}

async function hashFile(file: FileHandle): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of file.createReadStream({ start: 0, autoClose: false })) hash.update(chunk);
  return `"${hash.digest('hex')}"`;
}

/** Writes all bytes to a new file and syncs it to disk. Throws EEXIST if the file exists. */
export async function writeDurably(path: string, body: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(body);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Renames a finished file to its final path atomically, creates missing folders, and syncs the folders to
 * disk.
 */
export async function moveDurably(from: string, to: string): Promise<void> {
  const folder = dirname(to);
  // A missing draft shows that the folder of the store was moved away; it must not be created again.
  await access(from);
  const created = await createFolder(folder);
  await rename(from, to);
  await syncFolder(folder);
  if (created) await syncFolder(dirname(created));
}

/**
 * Creates a folder with its missing parents, at most `tries` times. `mkdir` with `recursive` never returns for a missing
 * folder below `/proc`. Throws the error of the file system.
 * @returns the topmost created folder; undefined when the folder existed
 */
export async function createFolder(path: string, tries = 3): Promise<string | undefined> {
  try {
    await mkdir(path);
    return path;
  } catch (error) {
    if (await isFolder(path)) return undefined;
    const parent = dirname(path);
    if (getCode(error) !== 'ENOENT' || parent === path || tries === 0) throw error;
    const createdParent = await createFolder(parent);
    const created = await createFolder(path, tries - 1);
    return createdParent ?? created;
  }
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function getCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** Removes a file and the folders that become empty, up to `root`. A missing file is ignored. */
export async function removeDurably(path: string, root: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (isAbsent(error)) return;
    throw error;
  }
  await syncFolder(dirname(path));
  for (let folder = dirname(path); folder !== root; folder = dirname(folder)) {
    const removed = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Lists the keys below `root` that begin with `prefix`, in the order of their UTF-8 bytes. Links to files
 * count as files; links to folders are not followed, since they could form a cycle.
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

/**
 * Lists the entries of a folder, folders with a trailing `/`, so that they sort among files as their keys do.
 */
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

const DAY_MS = 24 * 60 * 60 * 1000;

/** Removes drafts that are older than 24 h: their processes ended while writing. */
export async function removeStaleDrafts(temporary: string): Promise<void> {
  for (const name of await readdir(temporary)) {
    const draft = join(temporary, name);
    const found = await stat(draft).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > DAY_MS) await rm(draft, { force: true });
  }
}
