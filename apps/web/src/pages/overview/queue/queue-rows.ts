import type { SlotsView, TrainingView } from '@trainyard/contracts';

type NextTraining = SlotsView['next'][number];

/** A row of the queue: from its head, which has estimates, or a queued training beyond or beside it. */
export interface QueueRow {
  readonly id: string;
  readonly kind: 'actor' | 'style';
  readonly subjectId: string;
  readonly versionName: string | null;
  readonly imageCount: number;
  readonly waiting: NextTraining['waiting'] | null;
  readonly start: string | null;
  readonly seconds: number | null;
  readonly usd: number | null;
  readonly source: NextTraining['source'];
  readonly priority: number;
  /** The whole training, where it is loaded: attempts and the budget that holds it. */
  readonly training?: TrainingView | undefined;
}

/** Joins the head of the queue with the queued trainings outside of it: held by a budget, delayed, or further back. */
export function listQueueRows(slots: SlotsView, queued: readonly TrainingView[]): readonly QueueRow[] {
  const byId = new Map(queued.map((each) => [each.id, each]));
  const head = slots.next.map((next) => toHeadRow(next, byId.get(next.training_id)));
  const listed = new Set(head.map(({ id }) => id));
  const others = queued
    .filter(({ id, status }) => !listed.has(id) && status === 'queued')
    .toSorted(
      (one, other) => one.priority - other.priority || (one.accepted_at < other.accepted_at ? -1 : 1),
    );
  return [...head, ...others.map(toQueuedRow)];
}

function toHeadRow(next: NextTraining, training: TrainingView | undefined): QueueRow {
  return {
    ...{ id: next.training_id, kind: next.kind, subjectId: next.subject_id, versionName: next.version_name },
    ...{ imageCount: next.image_count, waiting: next.waiting, start: next.estimated_start },
    ...{
      seconds: next.expected_seconds,
      usd: next.expected_usd,
      source: next.source,
      priority: next.priority,
    },
    training,
  };
}

function toQueuedRow(training: TrainingView): QueueRow {
  const { id, kind, subject_id: subjectId, version_name: versionName, waiting, source, priority } = training;
  return {
    ...{ id, kind, subjectId, versionName, waiting, source, priority, training },
    ...{ imageCount: training.image_count, start: training.waiting?.until ?? null, seconds: null },
    usd: training.expected_usd,
  };
}

const SOURCE_WORDS: Readonly<Record<NextTraining['source'], string>> = {
  person: 'manual',
  auto_train: 'auto-train',
  retry: 'retry',
};

/** Names the origin of a training. */
export function getSourceWord(source: NextTraining['source']): string {
  return SOURCE_WORDS[source];
}

/** The priority with which a row starts before the one above it; undefined when none is higher. Lower numbers start first. */
export function getRaisedPriority(rows: readonly QueueRow[], index: number): number | undefined {
  const [row, above] = [rows[index], rows[index - 1]];
  if (!row || !above) return undefined;
  const priority = Math.min(row.priority, above.priority) - 1;
  return priority >= 1 ? priority : undefined;
}

/** The priority with which a row starts after the one below it; undefined for the last row. */
export function getLoweredPriority(rows: readonly QueueRow[], index: number): number | undefined {
  const [row, below] = [rows[index], rows[index + 1]];
  return row && below ? Math.max(row.priority, below.priority) + 1 : undefined;
}
