import type { SlotsView } from '@trainyard/contracts';
import { NO_NAMES } from '../subjects/subject-names.ts';
import { formatTime, toShortId } from '../terminal/format.ts';
import { paint } from '../terminal/style.ts';
import { formatTable } from '../terminal/table.ts';
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
    ...formatSection(
      slots.next.length > 0,
      formatTable<SlotsView['next'][number]>(
        [
          { title: 'NEXT', cell: ({ training_id: id }) => toShortId(id) },
          { title: 'SUBJECT', cell: names.format, min: 10 },
          { title: 'PRIORITY', cell: ({ priority }) => String(priority), align: 'right', rank: 1 },
          { title: 'EXPECTED START', cell: ({ estimated_start: at }) => (at === null ? '' : formatTime(at)) },
        ],
        slots.next,
        { width },
      ),
    ),
  ];
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
      ? [paint('yellow', `Paused${reason === null ? '' : `: ${reason}`}. trainyard resume goes on.`)]
      : []),
    ...(gate === null ? [] : [paint('red', `Gate closed since ${formatTime(gate.since)}: ${gate.reason}`)]),
    ...(budget === null ? [] : [paint('yellow', `Budget: ${budget.reason}`)]),
  ];
}
