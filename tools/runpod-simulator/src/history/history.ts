import { appendFileSync, readFileSync } from 'node:fs';
import type { HistoryEvent, JobRecord } from './event.ts';
import {
  computeMaxLive,
  computeMeanLive,
  findDoubleAcceptances,
  type Interval,
  type LivePoint,
  toJobRecords,
  toTimeline,
} from './gauges.ts';

/** All events of the simulator. Unlike its API, the history drops no job after the retention. */
export interface History {
  readonly events: () => readonly HistoryEvent[];
  /** All accepted jobs. */
  readonly jobs: () => readonly JobRecord[];
  /** Number of jobs that are live now. */
  readonly live: () => number;
  readonly maxLive: (within?: Interval) => number;
  readonly meanLive: (intervals: readonly Interval[]) => number;
  readonly timeline: () => readonly LivePoint[];
  /** Groups of jobs that were accepted for the same attempt. */
  readonly doubleAcceptances: () => readonly (readonly JobRecord[])[];
}

/** A history that records events. */
export interface Recorder extends History {
  readonly record: (event: HistoryEvent) => void;
}

/**
 * Creates a history in memory that also appends each event to `file`, if given, as a line of JSON. A line is written
 * before `record` returns, so that a killed process loses no event. `record` throws when the file is not writable.
 */
export function createHistory(file?: string): Recorder {
  const events: HistoryEvent[] = [];
  const record = (event: HistoryEvent) => {
    events.push(event);
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(event)}\n`);
  };
  return { record, ...toHistory(events) };
}

/** Reads the history of a simulator from its file, also while the simulator runs; ignores an incomplete last line. */
export function readHistory(file: string): History {
  const text = readFileSync(file, 'utf8');
  const completeLines = text.slice(0, text.lastIndexOf('\n') + 1);
  return toHistory(
    completeLines
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as HistoryEvent),
  );
}

function toHistory(events: readonly HistoryEvent[]): History {
  return {
    events: () => [...events],
    jobs: () => toJobRecords(events),
    live: () => toTimeline(events).at(-1)?.live ?? 0,
    maxLive: (within) => computeMaxLive(toTimeline(events), within),
    meanLive: (intervals) => computeMeanLive(toTimeline(events), intervals),
    timeline: () => toTimeline(events),
    doubleAcceptances: () => findDoubleAcceptances(toJobRecords(events)),
  };
}
