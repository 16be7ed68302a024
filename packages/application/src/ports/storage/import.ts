import type { Subject } from '@trainyard/domain';

/** A read-only folder of an external tool. Paths are relative to it and `/`-separated. */
export interface ImportSource {
  /** The bytes of a file; undefined if it does not exist. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** The paths with this prefix, in order. */
  list(prefix: string): AsyncIterable<string>;
  /** Resolves an absolute or relative path in a document of the source; undefined for a path outside the folder. */
  resolvePath(path: string): string | undefined;
}

/** A document of the source, with its name in reports. */
export interface SourceDocument {
  readonly name: string;
  readonly json: unknown;
}

/**
 * The result of an imported item. `filled`: missing fields were added to the stored item. `kept`: the stored item is
 * complete. `refused`: the item is unreadable, or would make the store unreadable, and was not imported.
 */
export interface ImportResult {
  readonly outcome: 'added' | 'filled' | 'kept' | 'refused';
  /** The item, such as `actor 0019`. */
  readonly item: string;
  readonly source: string;
  readonly detail?: string;
  /** The actor or style that was imported; absent for any other item. */
  readonly subject?: Subject;
}

/** How an import runs. */
export interface MergeOptions {
  /** Reports the results and writes no document. */
  readonly dryRun: boolean;
}
