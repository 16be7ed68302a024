import type { BudgetsView, DispatchView, SlotsView, TrainingView } from '@trainyard/contracts';
import type { SubjectNames } from '../subjects/subject-names.ts';
import { formatDuration, formatTime, formatUsd, toShortId } from '../terminal/format.ts';
import { pad, paint } from '../terminal/style.ts';
import { formatTable } from '../terminal/table.ts';
import { stopLines } from './slot-lines.ts';
import { formatReason, hasEnded, paintStatus } from './training-lines.ts';

/** All runs and the queue at one time. */
export interface TopSnapshot {
  readonly slots: SlotsView;
  readonly alarms: DispatchView['alarms'];
  readonly budgets: BudgetsView;
  /** Trainings that hold a slot, and those that are being finalized. */
  readonly active: readonly TrainingView[];
  /** The head of the queue, in its order. */
  readonly queue: readonly TrainingView[];
}

/** How a snapshot is drawn. */
export interface TopOptions {
  readonly names: SubjectNames;
  readonly width: number | undefined;
  readonly url: string;
}

/** Draws the slots, the runs with their progress, and the queue with its reasons. */
export function topLines(snapshot: TopSnapshot, { names, width, url }: TopOptions): readonly string[] {
  const { slots, alarms, active, queue } = snapshot;
  return [
    `${paint('bold', 'Trainyard')}  ${url}  ${slots.in_use_count} of ${slots.max_concurrency} slots in use  ${slots.waiting_count} queued`,
    ...moneyLines(snapshot.budgets),
    ...stopLines(slots),
    ...alarms.map(({ code, since }) => paint('red', `Alarm since ${formatTime(since)}: ${code}`)),
    '',
    ...(active.length === 0 ? ['No training runs.'] : runLines(active, names, width)),
    '',
    ...(queue.length === 0 ? ['The queue is empty.'] : queueLines(snapshot, names, width)),
  ];
}

function moneyLines({ day, committed_usd: committed }: BudgetsView): readonly string[] {
  const left =
    day.left_usd === null ? '' : `, ${formatUsd(day.left_usd)} left of ${formatUsd(day.budget_usd ?? 0)}`;
  if (day.spent_usd === 0 && committed === 0 && left === '') return [];
  return [`Today: ${formatUsd(day.spent_usd)} spent, ${formatUsd(committed)} estimated for live runs${left}`];
}

const WIDE_COLUMNS = 110;
const BAR_WIDTHS = { narrow: 6, wide: 16 } as const;

function runLines(
  active: readonly TrainingView[],
  names: SubjectNames,
  width: number | undefined,
): readonly string[] {
  const barWidth = width !== undefined && width < WIDE_COLUMNS ? BAR_WIDTHS.narrow : BAR_WIDTHS.wide;
  return formatTable<TrainingView>(
    [
      { title: 'RUN', cell: ({ id }) => toShortId(id) },
      { title: 'SUBJECT', cell: names.format, min: 12 },
      { title: 'VER', cell: (each) => each.version_name ?? '', min: 4, rank: 1 },
      { title: 'PROGRESS', cell: (each) => drawProgress(each, barWidth) },
      { title: 'STEP', cell: formatStep, align: 'right', rank: 2 },
      {
        title: 'LOSS',
        cell: ({ progress }) => (progress?.loss == null ? '' : progress.loss.toFixed(4)),
        align: 'right',
      },
      { title: 'LEFT', cell: formatLeft, align: 'right' },
      { title: 'SO FAR', cell: formatCostSoFar, align: 'right' },
      { title: 'NOTE', cell: (each) => each.needs_attention?.reason ?? '', min: 10, rank: 3 },
    ],
    active,
    { width },
  );
}

function getShare({ progress, status }: TrainingView): number {
  if (status === 'finalizing') return 1;
  return progress === null ? 0 : Math.min(1, progress.step / Math.max(1, progress.total_steps));
}

/** A bar while the run trains; any other status is a word. */
function drawProgress(training: TrainingView, width: number): string {
  if (training.status !== 'running' || training.needs_attention) return paintStatus(training);
  const share = getShare(training);
  const filled = Math.round(share * width);
  return `${paint('cyan', '█'.repeat(filled))}${paint('dim', '░'.repeat(width - filled))} ${pad(`${Math.floor(share * 100)}`, 3, 'right')} %`;
}

function formatStep({ progress }: TrainingView): string {
  return progress === null ? '' : `${progress.step}/${progress.total_steps}`;
}

function formatLeft({ progress }: TrainingView): string {
  return progress?.remaining ? `~${formatDuration(progress.remaining.seconds)}` : '';
}

/** Whether the run of a training has ended at the provider. */
function hasRunEnded(training: TrainingView): boolean {
  return training.status === 'finalizing' || hasEnded(training);
}

/** Cost of ended attempts, and the estimated share of the live run; a run that has ended costs no more than is known. */
function formatCostSoFar(training: TrainingView): string {
  const { expected_usd: expected, cost_usd: known, cost_assumed_usd: assumed } = training;
  if (expected === null && known === null) return '';
  if (hasRunEnded(training) && known !== null)
    return `${assumed > 0 ? '~' : ''}${formatUsd(known + assumed)}`;
  return `~${formatUsd((known ?? 0) + assumed + (expected ?? 0) * getShare(training))}`;
}

function queueLines(
  { queue, slots }: TopSnapshot,
  names: SubjectNames,
  width: number | undefined,
): readonly string[] {
  const starts = new Map(slots.next.map((each) => [each.training_id, each.estimated_start]));
  const formatStart = ({ id }: TrainingView): string => {
    const at = starts.get(id);
    return at ? formatTime(at) : '';
  };
  const hidden = slots.waiting_count - queue.length;
  return [
    ...formatTable<TrainingView>(
      [
        { title: 'QUEUE', cell: ({ id }) => toShortId(id) },
        { title: 'SUBJECT', cell: names.format, min: 12 },
        { title: 'VER', cell: (each) => each.version_name ?? '', min: 4, rank: 2 },
        { title: 'PRIORITY', cell: ({ priority }) => String(priority), align: 'right', rank: 1 },
        { title: 'START', cell: formatStart },
        { title: 'REASON', cell: formatReason, min: 12 },
      ],
      queue,
      { width },
    ),
    ...(hidden > 0 ? [`and ${hidden} more: npx trainyard list --status queued`] : []),
  ];
}
