import { defineError } from '../../define-error.ts';

/** A folder of this machine that an export writes. Paths are relative to it and `/`-separated. */
export interface ExportTarget {
  /** The folder, for messages. */
  readonly address: string;
  readonly isEmpty: () => Promise<boolean>;
  /** Writes a file with its folders. No path and no link leads out of the folder. Throws ExportPathError. */
  readonly write: (path: string, bytes: Uint8Array) => Promise<void>;
}

/** Thrown when a file cannot be written at this path of an exported folder. Every other path can be written. */
export class ExportPathError extends defineError('export_path_refused', (path: string, reason: string) => ({
  message: `${path} ${reason}`,
  reason,
})) {}
