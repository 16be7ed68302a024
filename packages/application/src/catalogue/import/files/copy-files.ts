import pLimit from 'p-limit';
import type { Deps } from '../../../deps.ts';
import { ObjectStoreError, PreconditionFailedError } from '../../../errors.ts';
import { type ImportResult, type ImportSource, SourceFileError } from '../../../ports/storage/import.ts';
import type { LeftFile } from './left-files.ts';
import type { FileCopy } from './local-files.ts';

const CONCURRENCY = 8;

/** Copied files of a folder. */
export interface CopiedFiles {
  /** The files whose objects exist now; an object that existed before is unchanged. */
  readonly present: readonly FileCopy[];
  /** The number of objects that were created. */
  readonly created: number;
  readonly left: readonly LeftFile[];
}

/**
 * Copies files of the source into the object store; existing objects are unchanged. A file that cannot be read or stored is
 * named and does not stop the others. Throws ObjectStoreError if the store is unavailable or refuses every write.
 */
export async function copyFiles(
  { objects, source }: Pick<Deps, 'objects'> & { readonly source: ImportSource },
  copies: readonly FileCopy[],
): Promise<CopiedFiles> {
  const limit = pLimit(CONCURRENCY);
  const copied = await Promise.all(
    copies.map((copy) => limit(async () => ({ copy, result: await copyFile(objects, source, copy) }))),
  );
  return {
    present: copied.flatMap(({ copy, result }) => (typeof result === 'string' ? [copy] : [])),
    created: copied.filter(({ result }) => result === 'created').length,
    left: copied.flatMap(({ result }) => (typeof result === 'string' ? [] : [result])),
  };
}

async function copyFile(
  objects: Deps['objects'],
  source: ImportSource,
  { name, path, key }: FileCopy,
): Promise<'created' | 'existing' | LeftFile> {
  const refuse = (reason: string): LeftFile => ({ name, reason, outcome: 'refused' });
  try {
    if (await objects.head(key)) return 'existing';
    const bytes = await source.read(path);
    if (!bytes) return refuse('no longer exists');
    await objects.put(key, bytes, { condition: { ifAbsent: true } });
    return 'created';
  } catch (error) {
    if (error instanceof PreconditionFailedError) return 'existing';
    if (error instanceof SourceFileError) return refuse(error.reason);
    const concernsKey = error instanceof ObjectStoreError && !error.retryable && error.refusal === undefined;
    if (concernsKey) return refuse(`cannot be stored (${error.message})`);
    throw error;
  }
}

/** Reports the number of created objects; undefined for a folder without files. */
export function toCopyResult(
  { created, present }: CopiedFiles,
  place: Pick<ImportResult, 'item' | 'source'>,
): readonly ImportResult[] {
  if (present.length === 0) return [];
  if (created === 0) return [{ outcome: 'kept', ...place }];
  return [{ outcome: 'added', ...place, detail: `${created} of ${present.length} files` }];
}
