import { formatDuration, formatUsd } from '../estimate/format.ts';

type Range = readonly [number, number];

/** The figures of an auto-train run before it starts. Durations are seconds. */
export interface PlanFigures {
  /** Number of actors of the catalogue, or of those asked for. */
  readonly considered: number;
  /** Number of eligible actors, those beyond the limit or the budget of the run included. */
  readonly eligible: number;
  /** Number of trainings that the run enqueues. */
  readonly count: number;
  readonly durationSeconds: number;
  readonly durationRangeSeconds: Range;
  /** Absent without a known price. */
  readonly costUsd?: number;
  readonly costRangeUsd?: Range;
  /** Date of the price list. */
  readonly pricesAsOf?: string;
  /** Time of the last end in the zone of the reader, such as `16:30`. */
  readonly lastEnd?: string;
}

/**
 * Formats the one sentence that a person confirms before a run starts: count, time and cost, for example `7 of 289 actors
 * qualify; 2 start now: about 52 min (35 to 70 min), about $4.72 ($3.15 to $6.29, prices of 2026-06-08); the last ends about
 * 16:30.`
 */
export function formatPlanSentence(figures: PlanFigures): string {
  const { considered, eligible, count, lastEnd } = figures;
  const qualify = `${eligible} of ${considered} ${considered === 1 ? 'actor' : 'actors'} ${eligible === 1 ? 'qualifies' : 'qualify'}`;
  if (count === 0) return `${qualify}; no training starts.`;
  const start = `${count} ${count === 1 ? 'starts' : 'start'} now`;
  const end = lastEnd === undefined ? '' : `; the last ends about ${lastEnd}`;
  return `${qualify}; ${start}: ${formatTime(figures)}, ${formatPrice(figures)}${end}.`;
}

function formatTime({ durationSeconds, durationRangeSeconds: [low, high] }: PlanFigures): string {
  return `about ${formatDuration(durationSeconds)} (${formatDuration(low)} to ${formatDuration(high)})`;
}

function formatPrice({ costUsd, costRangeUsd, pricesAsOf }: PlanFigures): string {
  if (costUsd === undefined) return 'cost unknown (set GPU_TYPE on the server)';
  const range = costRangeUsd === undefined ? [] : [costRangeUsd.map(formatUsd).join(' to ')];
  const details = [...range, ...(pricesAsOf === undefined ? [] : [`prices of ${pricesAsOf}`])];
  return `about ${formatUsd(costUsd)}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}
