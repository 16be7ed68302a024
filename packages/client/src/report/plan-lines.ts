import type { AutoTrainRunView } from '@trainyard/contracts';
import { formatPlanSentence } from '@trainyard/domain';
import { WIDE_RULE, withPrefix } from './auto-train-report.ts';
import { formatClock, wrapText } from './text.ts';

/** Summary of a dry run. */
export function dryRunLines(run: AutoTrainRunView): readonly string[] {
  return [
    '',
    WIDE_RULE,
    'Dry Run Summary (no training was enqueued)',
    WIDE_RULE,
    `Actors considered: ${run.considered}`,
    `Would train: ${run.enqueued.length}`,
    `Would skip: ${run.skipped.length}`,
    '',
    ...planLines(run),
    ...waitingLines(run),
  ];
}

/** The one sentence with count, time and cost of a run, broken at the width of a terminal. */
export function planLines(run: AutoTrainRunView): readonly string[] {
  return wrapText(formatPlan(run));
}

/** The one sentence with count, time and cost of a run. @param now time of the server, epoch ms */
export function formatPlan(
  { considered, eligible_count: eligible, estimate }: AutoTrainRunView,
  now = Date.now(),
): string {
  const [low, high] = estimate.duration_range_seconds;
  return formatPlanSentence({
    considered,
    eligible,
    count: estimate.count,
    durationSeconds: estimate.duration_seconds,
    durationRangeSeconds: [low, high],
    ...(estimate.cost_usd !== null && { costUsd: estimate.cost_usd }),
    ...(estimate.cost_range_usd !== null && { costRangeUsd: estimate.cost_range_usd }),
    ...(estimate.price !== null && { pricesAsOf: estimate.price.as_of }),
    ...(estimate.last_end_at !== null && { lastEnd: formatClock(estimate.last_end_at, now) }),
  });
}

/** The cause for which the trainings of a run wait at present; no line while trainings start. */
export function waitingLines({ waiting, enqueued }: AutoTrainRunView): readonly string[] {
  if (waiting === null || enqueued.length === 0) return [];
  const until = waiting.until === null ? '' : ` (until ${formatClock(waiting.until)})`;
  return ['', ...wrapText(`They will wait: ${waiting.text}${until}`)];
}

/** The actors of a plan that its run does not train. */
export function droppedLines(plan: AutoTrainRunView, run: AutoTrainRunView): readonly string[] {
  const trained = new Set(run.enqueued.map(({ actor_id: id }) => id));
  return plan.enqueued
    .filter(({ actor_id: id }) => !trained.has(id))
    .map(({ name }) => withPrefix(`⚠️ No longer eligible since the question: ${name}`));
}
