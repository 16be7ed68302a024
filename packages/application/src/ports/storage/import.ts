import type { Subject } from '@trainyard/domain';

/** A folder of files from another tool, read only. Paths are relative to it, `/`-separated. */
export interface ImportSource {
  /** The bytes of a file; undefined when there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** The paths of all files that begin with this, in order. */
  list(prefix: string): AsyncIterable<string>;
  /** A path as a document of the source writes it, absolute or not; undefined when it leads out of the folder. */
  resolvePath(path: string): string | undefined;
}

/** A document of the source, and how it is called where it is named to a person. */
export interface SourceDocument {
  readonly name: string;
  readonly json: unknown;
}

/**
 * What became of one thing of the source. `kept`: the store has it, and lacks nothing of it. `refused`: it cannot be
 * read, or would make the store unreadable; nothing of it was taken.
 */
export interface ImportResult {
  readonly outcome: 'added' | 'filled' | 'kept' | 'refused';
  /** Which thing, e.g. `actor 0019`. */
  readonly item: string;
  readonly source: string;
  readonly detail?: string;
  /** The actor or style that the thing is; absent where it is something else of them. */
  readonly subject?: Subject;
}

export interface MergeOptions {
  /** Tells what would be done and writes nothing. */
  readonly dryRun: boolean;
}
