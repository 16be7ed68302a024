import {
  type AutoTrainProgressView,
  type AutoTrainRunView,
  LEGACY_STATUS,
  type TrainingView,
} from '@trainyard/contracts';
import { formatPlanSentence, formatUsd } from '@trainyard/domain';
import { formatClock, wrapText } from '../terminal/zones.ts';
import {
  actorLine,
  actorLines,
  isSummarized,
  type SkippedActor,
  type SkippedOptions,
} from './skipped-lines.ts';
import { formatCost, formatModel } from './training-lines.ts';

/** A candidate of the report. */
export interface CandidateLine extends SkippedActor {
  readonly actor_id: string;
  readonly image_count: number;
  readonly eligible: boolean;
}

const WIDE = '='.repeat(60);
const NARROW = '='.repeat(40);
function withPrefix(text: string): string {
  return `[Auto Train] ${text}`;
}

/** Status in the terms of RunPod, as the legacy script prints it. */
export function toReportStatus({ status }: Pick<TrainingView, 'status'>): string {
  return LEGACY_STATUS[status];
}

/** Heading of the report, in the format of the legacy script (docs/compatibility.md). */
export function headingLines(): readonly string[] {
  return [WIDE, 'Automated Actor Training Script', WIDE, ''];
}

function toDisplayId(id: string): string {
  return /^\d+$/.test(id) ? String(Number(id)) : id;
}
function eligibleLine(name: string, id: string, images: number): string {
  return withPrefix(`✓ Eligible: ${name} (ID: ${toDisplayId(id)}, Images: ${images})`);
}
/** Lines of every actor with its eligibility, in the order of the catalogue unless many are skipped. */
export function candidateLines(
  all: readonly CandidateLine[],
  options: SkippedOptions = {},
): readonly string[] {
  const [eligible, skipped] = [all.filter((each) => each.eligible), all.filter((each) => !each.eligible)];
  const toLine = ({ name, actor_id: id, image_count: images }: CandidateLine): string =>
    eligibleLine(name, id, images);
  return [
    withPrefix(`Loaded ${all.length} actors`),
    ...(isSummarized(skipped) && !options.allReasons
      ? actorLines(eligible.map(toLine), skipped, options)
      : all.flatMap((each) => (each.eligible ? [toLine(each)] : actorLine(each, options)))),
    '',
    withPrefix(`Found ${eligible.length} eligible actor(s)`),
  ];
}

/** Lines of the enqueued and the skipped actors, the skipped actors with their reasons. */
export function selectionLines(run: AutoTrainRunView, options: SkippedOptions = {}): readonly string[] {
  const { eligible_count: count } = run;
  const eligible = run.enqueued.map(({ name, actor_id, planned }) =>
    eligibleLine(name, actor_id, planned.image_count),
  );
  return [
    withPrefix('Loading actors from API...'),
    withPrefix(`Loaded ${run.considered} actors`),
    ...actorLines(eligible, run.skipped, options),
    '',
    withPrefix(`Found ${count} eligible actor(s)`),
    ...(count === 0 ? [withPrefix('⚠️ No eligible actors found')] : []),
    ...(run.enqueued.length === 0 ? [] : [withPrefix(`Will train up to ${run.enqueued.length} actors`)]),
  ];
}

type Enqueued = AutoTrainRunView['enqueued'][number];

function formatMinutes(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds / 60));
  return whole < 120 ? `~${whole} minutes` : `~${Math.round(whole / 60)} hours`;
}

function parameterLines({ planned }: Enqueued): readonly string[] {
  const formatParameter = (name: string): string => String(planned.hyperparameters[name]);
  return [
    withPrefix('Parameters:'),
    `  - Steps: ${formatParameter('max_train_steps')}`,
    `  - Learning Rate: ${formatParameter('learning_rate')}`,
    `  - Rank/Alpha: ${formatParameter('network_dim')}/${formatParameter('network_alpha')}`,
    `  - Repeats: ${formatParameter('num_repeats')}`,
    `  - Trigger: ${planned.trigger}`,
  ];
}

function estimateLines({ planned }: Enqueued): readonly string[] {
  return [
    withPrefix(`Estimated duration: ${formatMinutes(planned.duration_seconds)}`),
    ...(planned.cost_usd === null ? [] : [withPrefix(`Estimated cost: ${formatUsd(planned.cost_usd)}`)]),
  ];
}

/** Lines of the enqueued trainings, or of the planned trainings of a dry run, a block each. */
export function enqueuedLines(run: AutoTrainRunView): readonly string[] {
  return run.enqueued.flatMap((each, at) => [
    '',
    NARROW,
    withPrefix(`Training ${at + 1}/${run.enqueued.length}`),
    NARROW,
    '',
    withPrefix(each.training === null ? `Would train: ${each.name}` : `Starting training for: ${each.name}`),
    withPrefix(`Actor ID: ${each.actor_id}`),
    withPrefix(`Training images: ${each.planned.image_count}`),
    '',
    ...parameterLines(each),
    '',
    ...(each.training === null
      ? []
      : [withPrefix('✓ Training accepted!'), withPrefix(`Job ID: ${each.training.job_id}`)]),
    ...estimateLines(each),
  ]);
}

/** Summary of a dry run. */
export function dryRunLines(run: AutoTrainRunView): readonly string[] {
  return [
    '',
    WIDE,
    'Dry Run Summary (no training was enqueued)',
    WIDE,
    `Actors considered: ${run.considered}`,
    `Would train: ${run.enqueued.length}`,
    `Would skip: ${run.skipped.length}`,
    '',
    ...planLines(run),
    ...waitingLines(run),
  ];
}

/** The one sentence with count, time and cost of a run. */
export function planLines({ considered, eligible_count: eligible, estimate }: AutoTrainRunView) {
  const [low, high] = estimate.duration_range_seconds;
  const sentence = formatPlanSentence({
    considered,
    eligible,
    count: estimate.count,
    durationSeconds: estimate.duration_seconds,
    durationRangeSeconds: [low, high],
    ...(estimate.cost_usd !== null && { costUsd: estimate.cost_usd }),
    ...(estimate.cost_range_usd !== null && { costRangeUsd: estimate.cost_range_usd }),
    ...(estimate.price !== null && { pricesAsOf: estimate.price.as_of }),
    ...(estimate.last_end_at !== null && { lastEnd: formatClock(estimate.last_end_at) }),
  });
  return wrapText(sentence);
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

/** Lines of a status change of a followed training. @param minutesSinceAccepted minutes since acceptance */
export function statusLines(
  name: string,
  training: TrainingView,
  minutesSinceAccepted: number,
): readonly string[] {
  const status = withPrefix(
    `[${Math.floor(minutesSinceAccepted)}m] Status: ${toReportStatus(training)} (${name})`,
  );
  switch (training.status) {
    case 'completed':
      return [
        status,
        withPrefix(`✓ Training completed! (${name})`),
        withPrefix(`Model URL: ${formatModel(training)}`),
      ];
    case 'failed':
    case 'timed_out':
      return [
        status,
        withPrefix(`✗ Training failed: ${training.failure?.message ?? 'unknown reason'} (${name})`),
      ];
    case 'cancelled':
      return [status, withPrefix(`✗ Training cancelled (${name})`)];
    default:
      return [status];
  }
}

/** Summary of the run. */
export function summaryLines({
  summary,
  done,
}: Pick<AutoTrainProgressView, 'summary' | 'done'>): readonly string[] {
  return [
    '',
    WIDE,
    done ? 'Training Summary' : 'So far',
    WIDE,
    `Total actors processed: ${summary.processed}`,
    `Successful: ${summary.successful}`,
    `Failed: ${summary.failed}`,
    ...(summary.cancelled > 0 ? [`Cancelled: ${summary.cancelled}`] : []),
    ...[formatCost(summary)].filter((cost) => cost !== undefined).map((cost) => `Cost: ${cost}`),
    ...(summary.processed === 0 ? [] : [`Duration: ${formatMinutes(summary.duration_seconds).slice(1)}`]),
    ...(summary.successful === 0
      ? []
      : [
          '',
          '✓ Successful models have been saved to manifests',
          '✓ Models will be available in the Validator and Actor Training tabs',
        ]),
  ];
}
