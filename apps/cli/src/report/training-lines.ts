import { formatCost, formatModel } from '@trainyard/client/report';
import type { TrainingDetail, TrainingView } from '@trainyard/contracts';
import { formatQueuePosition, isTerminalStatus } from '@trainyard/domain';
import { NO_NAMES, type SubjectNames } from '../subjects/subject-names.ts';
import { formatDuration, formatFullTime, formatTime, formatUsd, toShortId } from '../terminal/format.ts';
import { measureWidth, pad, paint, type Style, truncate } from '../terminal/style.ts';
import { type Column, formatTable } from '../terminal/table.ts';

/** Formats all details of a training as lines, with its pictures where they are known. */
export function trainingLines(
  training: TrainingView & Partial<Pick<TrainingDetail, 'pictures'>>,
  names: SubjectNames = NO_NAMES,
): readonly string[] {
  return [
    ...formatFields([
      ['Training', `${toShortId(training.id)} (${training.id})`],
      ['Status', paintStatus(training)],
      ['Cancelling', training.status === 'cancelling' ? 'the run costs until RunPod confirms its end' : null],
      ['Needs attention', training.needs_attention?.reason],
      ['Reason', training.waiting?.text ?? training.reason],
      ['Position', formatPlace(training)],
      ['Waits until', training.waiting?.until && formatFullTime(training.waiting.until)],
      ['Subject', names.format(training)],
      ['Version', training.version_name ?? (training.status === 'queued' ? 'assigned at dispatch' : null)],
      ['Model', formatModel(training)],
      ['File name', training.model?.file_name],
      ['SHA-256', training.model?.sha256],
      ['Failure', training.failure && `${training.failure.class}: ${training.failure.message}`],
      ...inputFields(training),
      ['Progress', formatPercent(training)],
      ...attemptFields(training),
      ...timeFields(training),
      ['Budget', training.budget_usd === null ? null : formatUsd(training.budget_usd)],
      ['Cost', formatCost(training)],
    ]),
    ...pictureLines(training),
    ...training.warnings.map(({ message }) => paint('yellow', `! ${message}`)),
  ];
}

type Field = readonly [name: string, value: string | number | null | undefined];

function inputFields(training: TrainingView): readonly Field[] {
  return [
    ['Images', training.image_count],
    ['Policy', [training.policy, training.preset].filter(Boolean).join(' ')],
    ['Steps', training.hyperparameters['max_train_steps']?.toString()],
  ];
}

function attemptFields(training: TrainingView): readonly Field[] {
  const { attempt, attempts_spent: spent, max_attempts: max } = training;
  return [
    ['Attempt', attempt === null ? null : `${attempt}, ${spent} of ${max} spent`],
    ['Priority', training.priority],
    ['Job ID', training.job_id],
    ['RunPod run', training.runpod_job_id],
  ];
}

function timeFields(training: TrainingView): readonly Field[] {
  const format = (iso: string | null): string | null => (iso === null ? null : formatFullTime(iso));
  const { execution_seconds: seconds } = training;
  return [
    ['Accepted', format(training.accepted_at)],
    ['Submitted', format(training.submitted_at)],
    ['Running since', format(training.started_running_at)],
    ['Ended', format(training.ended_at)],
    ['Expected to end', training.status === 'cancelling' ? null : format(training.estimated_end)],
    ['Run time', seconds === null ? null : formatDuration(seconds)],
  ];
}

function pictureLines({
  id,
  pictures = [],
}: Pick<TrainingView, 'id'> & Partial<Pick<TrainingDetail, 'pictures'>>): readonly string[] {
  if (pictures.length === 0) return [];
  const rows = pictures.map(({ name, kind, prompt }) => [`  ${kind}`, name, prompt ?? '']);
  return [`Pictures: npx trainyard pictures ${toShortId(id)} FOLDER saves them`, ...alignColumns(rows)];
}

/** Whether a training has ended. */
export function hasEnded({ status }: Pick<TrainingView, 'status'>): boolean {
  return isTerminalStatus(status);
}

/** Formats rows as lines with aligned columns. */
export function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => measureWidth(row[at] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, at) => pad(cell, widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function formatPercent({ progress, status }: TrainingView): string {
  return progress === null || status === 'completed' || progress.total_steps === 0
    ? ''
    : `${Math.floor((100 * progress.step) / progress.total_steps)} %`;
}

/** Why a training waits, needs an operator, or failed; empty otherwise. */
export function formatReason(training: TrainingView): string {
  const { needs_attention: attention, failure, hold, waiting, reason } = training;
  if (attention) return attention.reason;
  if (failure) return `${failure.class}: ${failure.message}`;
  const text = hold?.reason ?? waiting?.text ?? reason ?? '';
  return [formatPlace(training), text].filter(Boolean).join(', ');
}

/** The position in the queue; undefined without one, and where the text of the cause names it already. */
function formatPlace({ waiting }: Pick<TrainingView, 'waiting'>): string | undefined {
  const position = waiting?.position ?? null;
  return position === null || waiting?.code === 'slot' ? undefined : formatQueuePosition(position);
}

const STATUS_STYLES: Readonly<Partial<Record<TrainingView['status'], Style>>> = {
  submitting: 'cyan',
  unconfirmed: 'yellow',
  submitted: 'cyan',
  running: 'cyan',
  cancelling: 'yellow',
  finalizing: 'cyan',
  completed: 'green',
  failed: 'red',
  timed_out: 'red',
  cancelled: 'dim',
};

/** The status in its colour; `(!)` marks a training that needs an operator. */
export function paintStatus({ status, needs_attention: attention }: TrainingView): string {
  if (attention !== null) return paint('yellow', `${status} (!)`);
  const style = STATUS_STYLES[status];
  return style === undefined ? status : paint(style, status);
}

/** Names of the subjects, and the width of the terminal. */
export interface ListOptions {
  readonly names?: SubjectNames;
  readonly width?: number | undefined;
}

/** Formats trainings as a table that fits the terminal. A reason that does not fit beside the others has a line of its own. */
export function listLines(
  trainings: readonly TrainingView[],
  { names = NO_NAMES, width }: ListOptions = {},
): readonly string[] {
  if (trainings.length === 0) return ['No trainings.'];
  const columns: readonly Column<TrainingView>[] = [
    { title: 'TRAINING', cell: ({ id }) => toShortId(id) },
    { title: 'STATUS', cell: paintStatus },
    { title: 'SUBJECT', cell: names.format, min: 12 },
    { title: 'VERSION', cell: (each) => each.version_name ?? '', min: 7, rank: 1 },
    { title: 'DONE', cell: formatPercent, align: 'right', rank: 2 },
    { title: 'ACCEPTED', cell: ({ accepted_at: at }) => formatTime(at), rank: 3 },
  ];
  const reason: Column<TrainingView> = { title: 'REASON', cell: formatReason };
  const lines = formatTable([...columns, reason], trainings);
  if (width === undefined || lines.every((line) => measureWidth(line) <= width)) return lines;
  const [heading = '', ...rows] = formatTable(columns, trainings, { width });
  return [heading, ...rows.flatMap((row, at) => [row, ...reasonLines(trainings[at], width)])];
}

function reasonLines(training: TrainingView | undefined, width: number): readonly string[] {
  const reason = training ? formatReason(training).replace(/\s+/g, ' ') : '';
  return reason === '' ? [] : [paint('dim', truncate(`          ${reason}`, width))];
}

/** Formats named values as lines; values that are absent or empty are left out. */
function formatFields(pairs: readonly Field[]): readonly string[] {
  return alignColumns(
    pairs.flatMap(([name, value]) =>
      value === null || value === undefined || value === '' ? [] : [[name, String(value)]],
    ),
  );
}

const BAR_WIDTH = 16;

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

/** Formats a followed training as a line with a progress bar; a run's status is its progress. */
export function followLine(name: string, training: TrainingView): string {
  const { progress, status } = training;
  const share = hasEnded(training) ? 1 : progress ? progress.step / Math.max(1, progress.total_steps) : 0;
  const loss = progress?.loss == null ? '' : `  loss ${progress.loss.toFixed(4)}`;
  const state = status === 'running' && progress ? '' : `  ${paintStatus(training)}`;
  return `${progressBar(share)}  ${name}${state}${loss}${formatRemaining(progress)}`;
}
