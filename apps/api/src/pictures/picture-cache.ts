import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of resized pictures, which is deleted with the process. */
export interface PictureCache {
  /** Reads a picture; undefined when the folder does not hold it. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Saves a picture and deletes the least recently used ones above the bound. Errors of the file system are ignored. */
  save(name: string, picture: Uint8Array): Promise<void>;
  /** Deletes the folder. */
  close(): Promise<void>;
}

/**
 * Creates a cache of at most `maxBytes` in a new temporary folder, which the first save creates and only this process
 * reads. @param parent folder of the temporary folder; that of the system by default
 */
export function createPictureCache(maxBytes: number, parent = tmpdir()): PictureCache {
  let folder: Promise<string> | undefined;
  /** Sizes by name; the least recently used is first. */
  const sizes = new Map<string, number>();
  const toPath = async (name: string): Promise<string> => {
    folder ??= mkdtemp(join(parent, 'trainyard-pictures-'));
    return join(await folder, name);
  };
  return {
    read: async (name) => {
      const size = sizes.get(name);
      if (size === undefined) return undefined;
      sizes.delete(name);
      sizes.set(name, size);
      return readFile(await toPath(name)).catch(() => {
        sizes.delete(name);
        return undefined;
      });
    },
    save: async (name, picture) => {
      if (picture.length > maxBytes) return;
      try {
        await writeFile(await toPath(name), picture);
        sizes.delete(name);
        sizes.set(name, picture.length);
        for (const each of listExcess(sizes, maxBytes)) {
          sizes.delete(each);
          await rm(await toPath(each), { force: true });
        }
      } catch {
        // A full or read-only disk only costs the next decoding.
      }
    },
    close: async () => {
      const path = await folder?.catch(() => undefined);
      // A picture that is still written makes the folder not empty for a moment.
      if (path !== undefined) await rm(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The least recently used names whose deletion brings the sum of the sizes below the bound. */
function listExcess(sizes: ReadonlyMap<string, number>, maxBytes: number): readonly string[] {
  let total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const excess: string[] = [];
  for (const [name, size] of sizes) {
    if (total <= maxBytes) break;
    excess.push(name);
    total -= size;
  }
  return excess;
}
