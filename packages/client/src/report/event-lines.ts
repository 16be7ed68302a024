import type { AutoTrainEvent } from '@trainyard/contracts';
import {
  enqueuedLines,
  headingLines,
  listSelection,
  statusLines,
  summaryLines,
  toReportStatus,
  withPrefix,
} from './auto-train-report.ts';

/** A line of the report with the time of its event. ISO 8601. */
export interface ReportLine {
  readonly at: string;
  readonly text: string;
}

type StatusChange = Extract<AutoTrainEvent, { type: 'status_changed' }>;

/**
 * Lines of the report of a run from its events, oldest first. Equal events give equal lines at any later time, so that a
 * reader who joins late sees the same report. @param now time of the server, epoch ms
 */
export function eventLines(events: readonly AutoTrainEvent[], now: number): readonly ReportLine[] {
  const reported = foldStatusChanges(events, now);
  const lines = [...events.filter(({ type }) => type !== 'status_changed'), ...reported];
  return sortByTime(lines).flatMap((event) => describeEvent(event).map((text) => ({ at: event.at, text })));
}

/** The creation of a run precedes, and its end follows, all that happened at the same time. */
const RANKS = { run_created: 0, status_changed: 1, cancel_requested: 1, run_ended: 2 } as const;

function sortByTime(events: readonly AutoTrainEvent[]): readonly AutoTrainEvent[] {
  return events.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || RANKS[a.type] - RANKS[b.type]);
}

function describeEvent(event: AutoTrainEvent): readonly string[] {
  switch (event.type) {
    case 'run_created':
      return [...headingLines(), ...listSelection(event), ...enqueuedLines(event), ...monitoringLines(event)];
    case 'status_changed':
      return statusLines(event.name, event, event.minutes_since_accepted);
    case 'cancel_requested':
      return [withPrefix(`⚠️ Cancellation requested by ${event.by}${event.keep_running ? KEEP_RUNNING : ''}`)];
    case 'run_ended':
      return summaryLines({ done: true, summary: event.summary });
  }
}

const KEEP_RUNNING = '; active trainings finish';

function monitoringLines({ enqueued }: Extract<AutoTrainEvent, { type: 'run_created' }>): readonly string[] {
  return enqueued.length === 0 ? [] : ['', withPrefix(`Monitoring ${enqueued.length} training(s)...`)];
}

const MINUTE_MS = 60_000;
/** A running training is reported again after this time. */
export const REPEAT_AFTER_MINUTES = 15;

/** The changes that the report shows: each new status in its terms, and a running training again at each interval. */
function foldStatusChanges(events: readonly AutoTrainEvent[], now: number): readonly StatusChange[] {
  const changes = events.filter((event) => event.type === 'status_changed');
  const byTraining = Map.groupBy(changes, ({ training_id: id }) => id);
  return [...byTraining.values()].flatMap((own) => {
    const shown = own.filter((each, at) => {
      const before = own[at - 1];
      return before === undefined || toReportStatus(before) !== toReportStatus(each);
    });
    return shown.flatMap((each, at) => [
      each,
      ...repeatWhileRunning(each, Date.parse(shown[at + 1]?.at ?? '') || now),
    ]);
  });
}

function repeatWhileRunning(change: StatusChange, until: number): readonly StatusChange[] {
  if (toReportStatus(change) !== RUNNING) return [];
  const since = Date.parse(change.at);
  const count = Math.max(0, Math.ceil((until - since) / (REPEAT_AFTER_MINUTES * MINUTE_MS)) - 1);
  return Array.from({ length: Math.min(count, MAX_REPEATS) }, (_, index) => {
    const minutes = (index + 1) * REPEAT_AFTER_MINUTES;
    return {
      ...change,
      at: new Date(since + minutes * MINUTE_MS).toISOString(),
      minutes_since_accepted: change.minutes_since_accepted + minutes,
    };
  });
}

const RUNNING = toReportStatus({ status: 'running' });
/** A day of repeated lines; a longer training is no longer repeated. */
const MAX_REPEATS = 96;
