import type { AutoTrainProgressView, AutoTrainRunView, TrainingView } from '@trainyard/contracts';
import { LEGACY_STATUS } from '@trainyard/contracts/legacy-status';
import { formatUsd } from '@trainyard/domain';
import { formatCost, formatModel } from './text.ts';

/** Rule above and below a title. */
export const WIDE_RULE = '='.repeat(60);
const NARROW_RULE = '='.repeat(40);

/** A line with the prefix of the legacy script. */
export function withPrefix(text: string): string {
  return `[Auto Train] ${text}`;
}

/** Status in the terms of RunPod, as the legacy script prints it. */
export function toReportStatus({ status }: Pick<TrainingView, 'status'>): string {
  return LEGACY_STATUS[status];
}

/** Heading of the report, in the format of the legacy script (docs/compatibility.md). */
export function headingLines(): readonly string[] {
  return [WIDE_RULE, 'Automated Actor Training Script', WIDE_RULE, ''];
}

function toDisplayId(id: string): string {
  return /^\d+$/.test(id) ? String(Number(id)) : id;
}

/** Line of an eligible actor. */
export function eligibleLine(name: string, id: string, images: number): string {
  return withPrefix(`✓ Eligible: ${name} (ID: ${toDisplayId(id)}, Images: ${images})`);
}

/** An actor that auto-train skips, with all its reasons; the first is the root cause. */
export interface SkippedActor {
  readonly name: string;
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
}

/** Line of a skipped actor with all its reasons. */
export function skippedLine({ name, reasons }: SkippedActor): string {
  return withPrefix(`✗ Skipped: ${name} (${reasons.map(({ message }) => message).join('; ')})`);
}

/** Whether an actor is eligible and beyond the limit of the run. */
export function isOverLimit({ reasons }: SkippedActor): boolean {
  return reasons.some(({ code }) => code === 'limit');
}

/** Line that counts the eligible actors beyond the limit; none without such an actor. */
export function overLimitLines(count: number): readonly string[] {
  if (count === 0) return [];
  const subject = count === 1 ? '1 more eligible actor is' : `${count} more eligible actors are`;
  return [withPrefix(`${subject} over the limit of this run`)];
}

/** Lists each actor of a run, those beyond its limit as one line. */
function listActors(eligible: readonly string[], skipped: readonly SkippedActor[]): readonly string[] {
  const others = skipped.filter((each) => !isOverLimit(each));
  return [...eligible, ...others.map(skippedLine), ...overLimitLines(skipped.length - others.length)];
}

/** The actors of a run. */
export type Selection = Pick<AutoTrainRunView, 'considered' | 'eligible_count' | 'skipped'> & {
  readonly enqueued: readonly Pick<Enqueued, 'actor_id' | 'name' | 'planned'>[];
};

/**
 * Lines of the enqueued and the skipped actors, the skipped actors with their reasons. `formatActors` composes the lines of
 * the eligible and the skipped actors; by default each actor has a line.
 */
export function listSelection(run: Selection, formatActors = listActors): readonly string[] {
  const { eligible_count: count } = run;
  const eligible = run.enqueued.map(({ name, actor_id, planned }) =>
    eligibleLine(name, actor_id, planned.image_count),
  );
  return [
    withPrefix('Loading actors from API...'),
    withPrefix(`Loaded ${run.considered} actors`),
    ...formatActors(eligible, run.skipped),
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

function parameterLines({ planned }: Pick<Enqueued, 'planned'>): readonly string[] {
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

function estimateLines({ planned }: Pick<Enqueued, 'planned'>): readonly string[] {
  return [
    withPrefix(`Estimated duration: ${formatMinutes(planned.duration_seconds)}`),
    ...(planned.cost_usd === null ? [] : [withPrefix(`Estimated cost: ${formatUsd(planned.cost_usd)}`)]),
  ];
}

/** The enqueued, or in a dry run planned, trainings of a run. */
export interface EnqueuedTrainings {
  readonly enqueued: readonly (Pick<Enqueued, 'actor_id' | 'name' | 'planned'> & {
    readonly training: Pick<TrainingView, 'job_id'> | null;
  })[];
}

/** Lines of the enqueued trainings, or of the planned trainings of a dry run, a block each. */
export function enqueuedLines(run: EnqueuedTrainings): readonly string[] {
  return run.enqueued.flatMap((each, at) => [
    '',
    NARROW_RULE,
    withPrefix(`Training ${at + 1}/${run.enqueued.length}`),
    NARROW_RULE,
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

/** Lines of a status change of a followed training. @param minutesSinceAccepted minutes since acceptance */
export function statusLines(
  name: string,
  training: Pick<TrainingView, 'status' | 'failure' | 'model'>,
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
    WIDE_RULE,
    done ? 'Training Summary' : 'So far',
    WIDE_RULE,
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
