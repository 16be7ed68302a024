import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import {
  assertObjectKey,
  CorruptDocumentError,
  type ImportSource,
  ObjectStoreError,
  type SourceEntry,
  SourceFileError,
} from '@trainyard/application';
import { parseLenientJson } from '../lenient-json.ts';
import { isAbsent } from '../object-store/folder-errors.ts';

/**
 * Opens a folder of this machine as an import source. Files in it are only read, and no link leads out of it. A file or
 * folder that exists and cannot be read throws SourceFileError. Throws the error of the file system for a missing folder.
 */
export async function openImportFolder(path: string): Promise<ImportSource> {
  const root = await realpath(resolve(path));
  const read: ImportSource['read'] = async (file) => {
    const found = await examine(root, file);
    if (!found) return undefined;
    if (found.fault !== undefined) throw new SourceFileError(file, found.fault);
    if (found.kind === 'folder') throw new SourceFileError(file, 'is a folder, not a file');
    return withSourceErrors(file, async () => new Uint8Array(await readFile(join(root, file))));
  };
  return {
    address: root,
    read,
    readDocument: async (file) => {
      const bytes = await read(file);
      return bytes && { name: file, bytes, json: parseDocument(file, bytes) };
    },
    listFolder: async (folder) => {
      const found = await examine(root, folder);
      if (!found) return undefined;
      if (found.fault !== undefined) throw new SourceFileError(folder, found.fault);
      if (found.kind === 'file') throw new SourceFileError(folder, 'is a file, not a folder');
      return withSourceErrors(folder, () => listEntries(root, folder));
    },
    resolvePath: (written) => {
      const full = isAbsolute(written) ? written : join(root, written);
      return toKey(relative(root, full)) ?? toKey(relative(resolve(path), full));
    },
  };
}

function parseDocument(file: string, bytes: Uint8Array): unknown {
  const [first = 0, second = 0] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (isUtf16) throw new CorruptDocumentError(file, 'not JSON (it is UTF-16; save it as UTF-8)');
  try {
    return parseLenientJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new CorruptDocumentError(file, `not JSON (${error instanceof Error ? error.message : error})`);
  }
}

type Examined = Pick<SourceEntry, 'kind' | 'sizeBytes' | 'fault'>;

/** Examines a path of the source; undefined if it does not exist. Links are resolved inside the folder only. */
async function examine(root: string, path: string): Promise<Examined | undefined> {
  const full = join(root, path);
  const fault = (reason: string): Examined => ({ kind: 'file', sizeBytes: 0, fault: reason });
  try {
    await lstat(full);
  } catch (error) {
    return isAbsent(error) ? undefined : fault(toReason(error));
  }
  try {
    const real = await realpath(full);
    if (!isInside(root, real)) return fault(`is a link to ${real}, outside of the import folder`);
    const found = await stat(real);
    if (found.isDirectory()) return { kind: 'folder', sizeBytes: 0 };
    if (!found.isFile()) return fault('is neither a file nor a folder');
    return { kind: 'file', sizeBytes: found.size };
  } catch (error) {
    return fault(isAbsent(error) ? 'is a link to a file that does not exist' : toReason(error));
  }
}

function isInside(root: string, path: string): boolean {
  const found = relative(root, path);
  return found !== '..' && !found.startsWith(`..${sep}`) && !isAbsolute(found);
}

async function listEntries(root: string, folder: string): Promise<readonly SourceEntry[]> {
  // A name may hold bytes that are not UTF-8, which Node replaces in strings.
  const names = await readdir(join(root, folder), { encoding: 'buffer' });
  names.sort((one, other) => Buffer.compare(one, other));
  const entries: SourceEntry[] = [];
  for (const bytes of names) entries.push(await toEntry(root, folder, bytes));
  return entries;
}

async function toEntry(root: string, folder: string, bytes: Buffer): Promise<SourceEntry> {
  const name = decodeName(bytes);
  const unreadable = { name: escapeName(bytes), path: '', kind: 'file', sizeBytes: 0 } as const;
  if (name === undefined) return { ...unreadable, fault: 'has a name that is not valid UTF-8' };
  const path = `${folder}/${name}`;
  const isLink = await lstat(join(root, path)).then(
    (entry) => entry.isSymbolicLink(),
    () => false,
  );
  const found = await examine(root, path);
  if (!found) return { ...unreadable, name, fault: 'no longer exists' };
  // A link to a folder could form a cycle.
  if (isLink && found.kind === 'folder') return { name, path, ...found, fault: 'is a link to a folder' };
  return { name, path, ...found };
}

function decodeName(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Escapes the bytes that are not ASCII: `caf\xe9.png`. */
function escapeName(bytes: Uint8Array): string {
  return [...bytes]
    .map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`))
    .join('');
}

async function withSourceErrors<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new SourceFileError(path, toReason(error), { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'cannot be read: permission denied',
  EPERM: 'cannot be read: permission denied',
  ELOOP: 'is a link that leads back to itself',
  EIO: 'cannot be read: the disk reports an error',
  ENAMETOOLONG: 'has a path that is too long',
};

function toReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? `cannot be read (${code === '' ? String(error) : code})`;
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
