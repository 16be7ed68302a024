import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rmdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ObjectHead } from '@trainyard/application';
import { isAbsent } from './errors.ts';

/** The ETag of these bytes: their MD5 in quotes, as S3 gives it for an object written in one piece. */
export function toEtag(body: Uint8Array): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}

/** Works on an open file; undefined when there is none of that name. */
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

/** Reads heads, and remembers the hash of a file for as long as it is provably the same one. */
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
        // A file changed within the last clock tick could change again without a new stamp, as git knows it.
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

/** Writes all bytes to a new file and makes them last. */
export async function writeDurably(path: string, body: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(body);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Puts a finished file into its place in one step and makes that last. */
export async function moveDurably(from: string, to: string): Promise<void> {
  const folder = dirname(to);
  const created = await mkdir(folder, { recursive: true });
  await rename(from, to);
  await syncFolder(folder);
  if (created) await syncFolder(dirname(created));
}

/** Removes a file and the folders that it leaves empty, up to `root`. */
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
