import type { Subject } from '@trainyard/domain';
import { defineError } from '../../define-error.ts';

/** A file or folder in a folder of the source. */
export interface SourceEntry {
  /** For reports; bytes of a name that are not UTF-8 are escaped. */
  readonly name: string;
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly sizeBytes: number;
  /** Reason why the entry cannot be read, such as `is a link to /photos, outside of the import folder`. */
  readonly fault?: string;
}

/** A read-only folder of an external tool. Paths are relative to it and `/`-separated. */
export interface ImportSource {
  /** The folder, for messages. */
  readonly address: string;
  /** The bytes of a file; undefined if it does not exist. Throws SourceFileError. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Reads a JSON document; undefined if it does not exist. Throws SourceFileError, and CorruptDocumentError for invalid JSON. */
  readDocument(path: string): Promise<SourceDocument | undefined>;
  /** The entries of a folder by name, without those of its subfolders; undefined if it does not exist. Throws SourceFileError. */
  listFolder(path: string): Promise<readonly SourceEntry[] | undefined>;
  /** Resolves an absolute or relative path in a document of the source; undefined for a path outside the folder. */
  resolvePath(path: string): string | undefined;
}

/** Thrown when a file or folder of the source exists and cannot be read. `reason` completes a sentence: `is a folder`. */
export class SourceFileError extends defineError(
  'source_file_unreadable',
  (path: string, reason: string, options?: ErrorOptions) => ({
    message: `${path} ${reason}`,
    path,
    reason,
    ...options,
  }),
) {}

/** A document of the source, with its name in reports. */
export interface SourceDocument {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly json: unknown;
}

/**
 * The result of an imported item. `filled`: missing fields were added to the stored item. `kept`: the stored item is
 * complete. `refused`: the item, or a part of it, cannot be imported, which the user has to correct. `skipped`: files that
 * are not imported by rule. `warning`: the item is imported, and the user may want to look at it. `differs`: a flag of the
 * source has a different value in the store. `taken`: such a flag was taken from the source.
 */
export interface ImportResult {
  readonly outcome: ImportOutcome;
  /** The item, such as `actor 0019`. */
  readonly item: string;
  readonly source: string;
  readonly detail?: string;
  /** The actor or style that was imported; absent for any other item. */
  readonly subject?: Subject;
  /** Names of the files that were not imported. */
  readonly files?: readonly string[];
}

/** The outcomes of imported items, in the order of summaries. */
export const IMPORT_OUTCOMES = [
  'added',
  'filled',
  'kept',
  'skipped',
  'warning',
  'differs',
  'taken',
  'refused',
] as const;
/** The outcome of an imported item. */
export type ImportOutcome = (typeof IMPORT_OUTCOMES)[number];
