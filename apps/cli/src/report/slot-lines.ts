import type { SlotsView } from '@trainyard/contracts';
import { NO_NAMES, type SubjectNames } from '../subjects/subject-names.ts';
import { formatDuration, formatTime, formatUsd, toShortId } from '../terminal/format.ts';
import { paint } from '../terminal/style.ts';
import { type Column, formatTable } from '../terminal/table.ts';
import type { ListOptions } from './training-lines.ts';

/** Formats the slots in use and the head of the queue. */
export function slotLines(
  slots: SlotsView,
  { names = NO_NAMES, width }: ListOptions = {},
): readonly string[] {
  const free = Math.max(0, slots.max_concurrency - slots.in_use_count);
  return [
    `${slots.in_use_count} of ${slots.max_concurrency} slots in use, ${free} free, ${slots.waiting_count} waiting`,
    ...stopLines(slots),
    ...formatSection(
      slots.in_use.length > 0,
      formatTable<SlotsView['in_use'][number]>(
        [
          { title: 'SLOT', cell: ({ training_id: id }) => toShortId(id) },
          { title: 'STATUS', cell: ({ status }) => paint('cyan', status) },
          { title: 'SUBJECT', cell: names.format, min: 10 },
          { title: 'ATTEMPT', cell: ({ attempt }) => String(attempt ?? ''), align: 'right', rank: 2 },
          { title: 'SINCE', cell: ({ since }) => formatTime(since) },
          { title: 'RUNPOD RUN', cell: (each) => each.runpod_job_id ?? '', min: 10, rank: 1 },
        ],
        slots.in_use,
        { width },
      ),
    ),
    ...formatSection(slots.next.length > 0, formatTable(nextColumns(names), slots.next, { width })),
  ];
}

type NextTraining = SlotsView['next'][number];

function nextColumns(names: SubjectNames): readonly Column<NextTraining>[] {
  return [
    { title: 'NEXT', cell: ({ training_id: id }) => toShortId(id) },
    { title: 'SUBJECT', cell: names.format, min: 10 },
    { title: 'VERSION', cell: (each) => each.version_name ?? '', min: 7, rank: 4 },
    { title: 'PRIORITY', cell: ({ priority }) => String(priority), align: 'right', rank: 1 },
    { title: 'IMAGES', cell: (each) => String(each.image_count), align: 'right', rank: 5 },
    { title: 'STEPS', cell: ({ steps }) => String(steps), align: 'right', rank: 6 },
    { title: 'TIME', cell: (each) => formatDuration(each.expected_seconds), align: 'right', rank: 3 },
    { title: 'COST', cell: formatExpectedCost, align: 'right', rank: 2 },
    { title: 'EXPECTED START', cell: ({ estimated_start: at }) => (at === null ? '' : formatTime(at)) },
  ];
}

function formatExpectedCost({ expected_usd: usd }: NextTraining): string {
  return usd === null ? '' : `~${formatUsd(usd)}`;
}

function formatSection(isShown: boolean, lines: readonly string[]): readonly string[] {
  return isShown ? ['', ...lines] : [];
}

/** Why no training is dispatched at present. */
export function stopLines({
  paused,
  reason,
  gate,
  budget,
}: Pick<SlotsView, 'paused' | 'reason' | 'gate' | 'budget'>): readonly string[] {
  return [
    ...(paused
      ? [paint('yellow', `Paused${reason === null ? '' : `: ${reason}`}. npx trainyard resume goes on.`)]
      : []),
    ...(gate === null ? [] : [paint('red', `Gate closed since ${formatTime(gate.since)}: ${gate.reason}`)]),
    ...(budget === null ? [] : [paint('yellow', `Budget: ${budget.reason}`)]),
  ];
}
