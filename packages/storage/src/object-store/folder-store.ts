import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  assertObjectKey,
  ObjectStoreError,
  PreconditionFailedError,
  type PutOptions,
  parseObjectUri,
  type StoredObject,
} from '@trainyard/application';
import { toFolderStoreError, toOpenFolderError } from './folder-errors.ts';
import {
  createFolder,
  createHeadReader,
  moveDurably,
  removeDurably,
  removeStaleDrafts,
  toEtag,
  walkKeys,
  withFile,
  writeDurably,
} from './folder-files.ts';
import { type FolderLock, openFolderLock } from './folder-lock.ts';
import type { ObjectStoreOptions, OpenObjectStore } from './options.ts';

/** Internal folder for the lock and for drafts; not accessible as a key. */
const OWN_FOLDER = '.trainyard';

interface Folder {
  readonly root: string;
  readonly temporary: string;
  readonly lock: FolderLock;
  readonly bucket: string;
  readonly readOnly: boolean;
}

/**
 * Opens an object store in a folder, a file per object, with the semantics of S3: ETags are content hashes,
 * and conditional writes are safe across all processes of this machine. A write is a rename under a file
 * lock, so that a reader sees the old or the new bytes, and a crash leaves either of them. With `readOnly` no file and no
 * folder is created, a missing folder is an empty store, and writes are refused. Throws {@link ObjectStoreError}.
 */
export async function openFolderStore(
  path: string,
  bucket: string,
  options: Pick<ObjectStoreOptions, 'readOnly'> = {},
): Promise<OpenObjectStore> {
  const folder = options.readOnly ? toReadOnlyFolder(resolve(path), bucket) : await openFolder(path, bucket);
  const headReader = createHeadReader();
  const head = (key: string) => readFromFolder(folder, key, () => headReader.read(key, toPath(folder, key)));
  const get = (key: string) => readFromFolder(folder, key, () => readObject(key, toPath(folder, key)));
  return {
    get,
    head,
    put: (key, body, put = {}) => withStoreErrors(key, () => writeObject(folder, key, { body, ...put })),
    delete: (key) => withStoreErrors(key, () => deleteObject(folder, toPath(folder, key))),
    async *list(prefix) {
      for await (const key of listKeys(folder, prefix)) {
        const existing = await head(key);
        if (existing) yield existing;
      }
    },
    headUri: async (uri) => head(toKey(folder, uri)),
    readSha256: async () => undefined,
    getUri: async (uri) => get(toKey(folder, uri)),
    readStart: async (uri, maxBytes) => readFirstBytes(folder, toKey(folder, uri), maxBytes),
    openUri: async (uri) => {
      const key = toKey(folder, uri);
      const existing = await head(key);
      return existing && { ...existing, body: readChunks(key, toPath(folder, key)) };
    },
    toUri: (key) => {
      assertObjectKey(key);
      return `s3://${bucket}/${key}`;
    },
    presignGet: async () => undefined,
    presignPut: async () => undefined,
    close: async () => folder.lock.close(),
  };
}

async function openFolder(path: string, bucket: string): Promise<Folder> {
  try {
    return await createRoot(resolve(path), bucket);
  } catch (error) {
    throw toOpenFolderError(path, error);
  }
}

async function createRoot(root: string, bucket: string): Promise<Folder> {
  const temporary = join(root, OWN_FOLDER, 'tmp');
  await createFolder(temporary);
  await removeStaleDrafts(temporary);
  const lock = openFolderLock(join(root, OWN_FOLDER, 'lock.sqlite'));
  return { root, temporary, bucket, lock, readOnly: false };
}

function toReadOnlyFolder(root: string, bucket: string): Folder {
  const refuse = () =>
    Promise.reject(new ObjectStoreError(root, 'the store is open for reading only', { retryable: false }));
  return { root, temporary: root, bucket, lock: { run: refuse, close: () => undefined }, readOnly: true };
}

async function withStoreErrors<T>(key: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toFolderStoreError(key, error);
  }
}

/**
 * A missing file means a missing object only while the folder itself exists: an unmounted disk throws a
 * retryable error instead.
 */
async function readFromFolder<T>(
  folder: Folder,
  key: string,
  lookup: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const result = await withStoreErrors(key, lookup);
  if (result !== undefined || folder.readOnly) return result;
  await access(folder.temporary).catch((cause: unknown) => {
    throw new ObjectStoreError(key, 'the folder of the object store does not exist', {
      retryable: true,
      cause,
    });
  });
  return undefined;
}

async function* readChunks(key: string, path: string): AsyncIterable<Uint8Array> {
  try {
    yield* createReadStream(path);
  } catch (error) {
    throw toFolderStoreError(key, error);
  }
}

async function* listKeys(folder: Folder, prefix: string): AsyncIterable<string> {
  try {
    yield* walkKeys(folder.root, prefix, OWN_FOLDER);
  } catch (error) {
    throw toFolderStoreError(prefix, error);
  }
}

function toPath(folder: Folder, key: string): string {
  assertObjectKey(key);
  if (key === OWN_FOLDER || key.startsWith(`${OWN_FOLDER}/`)) {
    throw new ObjectStoreError(key, 'this key is reserved for the folder store', { retryable: false });
  }
  if (process.platform === 'win32' && /[\\:]/.test(key)) {
    throw new ObjectStoreError(key, 'a key must not contain \\ or : on Windows', { retryable: false });
  }
  return join(folder.root, key);
}

function toKey(folder: Folder, uri: string): string {
  const { bucket, key } = parseObjectUri(uri);
  if (bucket === folder.bucket) return key;
  const reason = `the folder store contains only the bucket ${folder.bucket}`;
  throw new ObjectStoreError(uri, reason, { retryable: false });
}

async function readObject(key: string, path: string): Promise<StoredObject | undefined> {
  return withFile(path, async (file) => {
    const body = new Uint8Array(await file.readFile());
    const { mtimeMs } = await file.stat();
    return { key, etag: toEtag(body), sizeBytes: body.length, lastModifiedMs: Math.floor(mtimeMs), body };
  });
}

function readFirstBytes(folder: Folder, key: string, maxBytes: number): Promise<Uint8Array | undefined> {
  return readFromFolder(folder, key, () =>
    withFile(toPath(folder, key), async (file) => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(maxBytes), 0, maxBytes, 0);
      return buffer.subarray(0, bytesRead);
    }),
  );
}

async function writeObject(
  folder: Folder,
  key: string,
  { body, condition }: PutOptions & { readonly body: Uint8Array | string },
): Promise<{ etag: string }> {
  const target = toPath(folder, key);
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  if (folder.readOnly) return folder.lock.run(async () => ({ etag: '' }));
  const draft = join(folder.temporary, randomUUID());
  try {
    await writeDurably(draft, bytes);
    await folder.lock.run(async () => {
      if (condition && !(await matchesCondition(condition, key, target)))
        throw new PreconditionFailedError(key);
      await moveDurably(draft, target);
    });
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return { etag: toEtag(bytes) };
}

function deleteObject({ lock, root }: Folder, target: string): Promise<void> {
  return lock.run(() => removeDurably(target, root));
}

async function matchesCondition(
  condition: NonNullable<PutOptions['condition']>,
  key: string,
  path: string,
): Promise<boolean> {
  const current = await readObject(key, path);
  return 'ifAbsent' in condition ? current === undefined : current?.etag === condition.ifMatch;
}
