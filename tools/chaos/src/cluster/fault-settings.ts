import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * A moment of our own code, known by what is then sent to Redis, or by the file of the object store that is then asked for:
 * a process can be made to stop there.
 */
export interface FaultPoint {
  /** Tells it from other points of the same words. */
  readonly id: string;
  readonly stops: 'before' | 'after';
  /** All of them stand in what is sent, or in the path. */
  readonly substrings: readonly string[];
}

/** What a process of ours sees of the world, apart from its peers. */
export interface FaultSettings {
  /** By how much its clock is wrong. Real ms. */
  readonly clockOffsetMs: number;
  /** Every access to the object store's files fails. */
  readonly storeDown: boolean;
  /** It stops itself when it comes to one of these. */
  readonly points: readonly FaultPoint[];
}

export const NO_FAULTS: FaultSettings = { clockOffsetMs: 0, storeDown: false, points: [] };

/** Names the file that tells a process of its weather. */
export const FAULT_SETTINGS_FILE = 'CHAOS_FAULT_SETTINGS_FILE';
/** Names the folder that is the object store. */
export const STORE_DIR = 'CHAOS_STORE_DIR';

export function writeFaultSettings(file: string, faultSettings: FaultSettings): void {
  writeFileSync(file, JSON.stringify(faultSettings));
}

/** Undefined while it is being written. */
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

/** Says that the process has come to its point and stands. */
export function writeStopMarker(file: string, point: FaultPoint): void {
  writeFileSync(toMarkerFile(file, point), '');
}
export function hasStopped(file: string, point: FaultPoint): boolean {
  return existsSync(toMarkerFile(file, point));
}
