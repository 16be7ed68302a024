import type { TrainingView } from '@trainyard/contracts';
import { isTerminalStatus } from '@trainyard/domain';

/** The address of the model; a warning follows an address that Trainyard could not verify. */
export function formatModel({ model }: Pick<TrainingView, 'model'>): string | undefined {
  return model?.verified === false ? `${model.lora_url} (not verified)` : model?.lora_url;
}

/** Formats all details of a training as lines. */
export function trainingLines(training: TrainingView): readonly string[] {
  return [
    ...formatFields([
      ['Training', training.id],
      ['Status', training.status],
      ['Needs attention', training.needs_attention?.reason],
      ['Reason', training.reason],
      ['Subject', formatSubject(training)],
      ['Version', training.version_name],
      ['Model', formatModel(training)],
      ['Failure', training.failure && `${training.failure.class}: ${training.failure.message}`],
      ['Images', training.image_count],
      ['Policy', [training.policy, training.preset].filter(Boolean).join(' ')],
      ['Steps', training.hyperparameters['max_train_steps']?.toString()],
      ['Progress', formatPercent(training)],
      [
        'Attempt',
        training.attempt === null
          ? null
          : `${training.attempt}, ${training.attempts_spent} of ${training.max_attempts} spent`,
      ],
      ['Priority', training.priority],
      ['Job ID', training.job_id],
      ['RunPod job ID', training.runpod_job_id],
      ['Accepted', training.accepted_at],
      ['Submitted', training.submitted_at],
      ['Running since', training.started_running_at],
      ['Ended', training.ended_at],
      ['Expected to end', training.estimated_end],
      ['Budget', training.budget_usd === null ? null : formatUsd(training.budget_usd)],
      ['Cost', formatCost(training)],
    ]),
    ...training.warnings.map(({ message }) => `! ${message}`),
  ];
}

/** Whether a training has ended. */
export function hasEnded({ status }: Pick<TrainingView, 'status'>): boolean {
  return isTerminalStatus(status);
}

/** Formats rows as lines with aligned columns. */
export function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function formatSubject({ kind, subject_id }: TrainingView): string {
  return `${kind} ${subject_id}`;
}

function formatPercent({ progress }: TrainingView): string {
  return progress === null || progress.total_steps === 0
    ? ''
    : `${Math.floor((100 * progress.step) / progress.total_steps)} %`;
}

/** Reason of a waiting training: attention, hold or requeue. */
function getReason({ needs_attention, hold, reason }: TrainingView): string {
  return needs_attention?.reason ?? hold?.reason ?? reason ?? '–';
}

/** Formats trainings as a table. */
export function listLines(trainings: readonly TrainingView[]): readonly string[] {
  return alignColumns([
    ['TRAINING', 'STATUS', 'SUBJECT', 'VERSION', 'PROGRESS', 'ACCEPTED', 'REASON'],
    ...trainings.map((each) => [
      each.id,
      each.needs_attention === null ? each.status : `${each.status} (!)`,
      formatSubject(each),
      each.version_name ?? '–',
      formatPercent(each) || '–',
      each.accepted_at,
      getReason(each),
    ]),
  ]);
}

function formatFields(
  pairs: readonly (readonly [string, string | number | null | undefined])[],
): readonly string[] {
  return alignColumns(
    pairs.flatMap(([name, value]) =>
      value === null || value === undefined || value === '' ? [] : [[name, String(value)]],
    ),
  );
}

function formatUsd(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

/** Formats known and assumed costs; undefined without any cost. */
export function formatCost(
  costs: Pick<TrainingView, 'cost_usd' | 'cost_assumed_usd' | 'cost_unknown_runs'>,
): string | undefined {
  const { cost_usd: knownUsd, cost_assumed_usd: assumedUsd, cost_unknown_runs: unknownRuns } = costs;
  const parts = [
    ...(knownUsd === null ? [] : [formatUsd(knownUsd)]),
    ...(unknownRuns === 0
      ? []
      : [`${unknownRuns} runs of unknown cost${assumedUsd > 0 ? `, about ${formatUsd(assumedUsd)}` : ''}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(' and ');
}

const BAR_WIDTH = 24;

/** Draws a progress bar of fixed width. @param share 0 to 1 */
export function progressBar(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${`${Math.floor(share * 100)}`.padStart(3)} %`;
}

function toMinutes(seconds: number): number {
  return Math.max(1, Math.round(seconds / 60));
}

/** Formats the remaining time as a range; empty if the server reports no estimate. */
function formatRemaining(progress: TrainingView['progress']): string {
  const [low, high] = progress?.remaining?.range_seconds ?? [];
  if (low === undefined || high === undefined) return '';
  if (high < 30) return '  any moment';
  const [from, to] = [toMinutes(low), toMinutes(high)];
  return from === to ? `  about ${to} min left` : `  ${from} to ${to} min left`;
}

/** Formats a followed training as a line with a progress bar. */
export function followLine(name: string, training: TrainingView): string {
  const { progress } = training;
  const share = hasEnded(training) ? 1 : progress ? progress.step / Math.max(1, progress.total_steps) : 0;
  const loss = progress?.loss == null ? '' : `  loss ${progress.loss.toFixed(4)}`;
  return `${progressBar(share)}  ${training.status.padEnd(10)}  ${name}${loss}${formatRemaining(progress)}`;
}
