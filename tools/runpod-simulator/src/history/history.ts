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

/** What the simulator remembers, apart from what its API still tells: nothing here is ever forgotten. */
export interface History {
  readonly events: () => readonly HistoryEvent[];
  /** Every job ever accepted. */
  readonly jobs: () => readonly JobRecord[];
  /** Jobs accepted and not ended just now. */
  readonly live: () => number;
  readonly maxLive: (within?: Interval) => number;
  readonly meanLive: (intervals: readonly Interval[]) => number;
  readonly timeline: () => readonly LivePoint[];
  /** Groups of jobs that were accepted for the same attempt of the same training. */
  readonly doubleAcceptances: () => readonly (readonly JobRecord[])[];
}

/** The writing side. */
export interface Recorder extends History {
  readonly record: (event: HistoryEvent) => void;
}

/**
 * A history, kept in memory and appended to `file` as JSON lines when one is named. Each line is written before the
 * call returns, so that a reader misses nothing when this process is killed.
 */
export function createHistory(file?: string): Recorder {
  const events: HistoryEvent[] = [];
  const record = (event: HistoryEvent) => {
    events.push(event);
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(event)}\n`);
  };
  return { record, ...toHistory(events) };
}

/** Reads the history of a simulator, also a living one, from its file. A last line cut short is left out. */
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
