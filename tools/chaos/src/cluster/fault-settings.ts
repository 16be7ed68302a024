import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * A point of the code at which a process can be stopped. The substrings of a command to Redis, or of the path of an
 * accessed file in the object store, identify it.
 */
export interface FaultPoint {
  /** Distinguishes points with the same substrings. */
  readonly id: string;
  readonly stops: 'before' | 'after';
  /** All of them must occur in the command or path. */
  readonly substrings: readonly string[];
}

/** Faults of a single process. */
export interface FaultSettings {
  /** Offset of the clock. Real ms. */
  readonly clockOffsetMs: number;
  /** Fails every access to the files of the object store with EBUSY. */
  readonly storeDown: boolean;
  /** The process sends itself SIGSTOP at each of these points, once per point. */
  readonly points: readonly FaultPoint[];
}

/** Settings of an undisturbed process. */
export const NO_FAULTS: FaultSettings = { clockOffsetMs: 0, storeDown: false, points: [] };

/** Environment variable with the path of the fault settings. */
export const FAULT_SETTINGS_FILE = 'CHAOS_FAULT_SETTINGS_FILE';
/** Environment variable with the folder of the object store. */
export const STORE_DIR = 'CHAOS_STORE_DIR';

/** Writes the settings; the process applies them when its file watcher reports the change. */
export function writeFaultSettings(file: string, faultSettings: FaultSettings): void {
  writeFileSync(file, JSON.stringify(faultSettings));
}

/** Reads the settings. Returns undefined for a file that is missing or incomplete. */
export function readFaultSettings(file: string): FaultSettings | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as FaultSettings;
  } catch {
    return undefined;
  }
}

function toMarkerFile(file: string, { id }: FaultPoint): string {
  return `${file}.${id}`;
}

/** Creates the marker of a process that is about to stop at the point. */
export function writeStopMarker(file: string, point: FaultPoint): void {
  writeFileSync(toMarkerFile(file, point), '');
}
/** Returns true when the marker of the point exists. */
export function hasStopped(file: string, point: FaultPoint): boolean {
  return existsSync(toMarkerFile(file, point));
}
