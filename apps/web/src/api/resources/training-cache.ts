import { type QueryClient, replaceEqualDeep } from '@tanstack/react-query';
import type {
  AutoTrainProgressView,
  TrainingDetail,
  TrainingProgressView,
  TrainingView,
} from '@trainyard/contracts';
import type { LiveData, TrainingPage } from './types.ts';

type Progress = LiveData<'training.progress'>;

/** Whether the first of two views of a training is at least as new as the second; an end is never taken back. */
function isNewer(next: Pick<TrainingView, 'rev'>, known: Pick<TrainingView, 'rev'> | undefined): boolean {
  return known === undefined || next.rev >= known.rev;
}

/** Replaces a training in all lists and in its detail, unless the cache holds a newer revision. */
export function patchTraining(client: QueryClient, training: TrainingView): void {
  patchAll(client, training.id, (known) => (isNewer(training, known) ? { ...known, ...training } : known));
}

/**
 * Applies the reports of a run, oldest first: the newest one to all lists and the detail, each one to the loss curve. A report
 * of an older revision than the cache holds changes nothing.
 */
export function patchProgress(client: QueryClient, id: string, reports: readonly Progress[]): void {
  const newest = reports.at(-1);
  if (!newest) return;
  const { rev, status, progress } = newest;
  patchAll(client, id, (known) => (isNewer(newest, known) ? { ...known, rev, status, progress } : known));
  client.setQueryData<TrainingProgressView>(['trainings', 'progress', id], (known) =>
    known ? reports.reduce(appendPoint, known) : known,
  );
}

/** Appends the loss of a report to the curve of the last attempt, unless its step is there already. */
function appendPoint(view: TrainingProgressView, { progress }: Progress): TrainingProgressView {
  const last = view.attempts.at(-1);
  if (!last || !progress || progress.reported_at === null) return view;
  const step = Math.round(progress.step);
  if (step <= (last.points.at(-1)?.[0] ?? -1)) return view;
  const points = [
    ...last.points,
    [step, progress.loss, progress.reported_at] as (typeof last.points)[number],
  ];
  return { ...view, attempts: [...view.attempts.slice(0, -1), { ...last, points }] };
}

function patchAll(client: QueryClient, id: string, patch: <View extends TrainingView>(known: View) => View) {
  client.setQueryData<TrainingDetail>(['trainings', 'detail', id], (known) => known && patch(known));
  client.setQueriesData<TrainingPage>({ queryKey: ['trainings', 'list'] }, (page) =>
    page?.trainings.some((each) => each.id === id)
      ? { ...page, trainings: page.trainings.map((each) => (each.id === id ? patch(each) : each)) }
      : page,
  );
  client.setQueriesData<AutoTrainProgressView>({ queryKey: ['auto-train', 'run'] }, (run) =>
    run?.trainings.some((each) => each.id === id)
      ? { ...run, trainings: run.trainings.map((each) => (each.id === id ? patch(each) : each)) }
      : run,
  );
}

/** Keeps each training of a list whose stored revision is newer than that of an answer that was read earlier. */
export function mergePage(stored: unknown, answer: unknown): unknown {
  const known = new Map((stored as TrainingPage | undefined)?.trainings.map((each) => [each.id, each]));
  const page = answer as TrainingPage;
  const trainings = page.trainings.map((each) => {
    const newer = known.get(each.id);
    return newer && newer.rev > each.rev ? newer : each;
  });
  return replaceEqualDeep(stored, { ...page, trainings });
}

/** Keeps the stored state of a training when it is newer than that of an answer that was read earlier. */
export function mergeDetail(stored: unknown, answer: unknown): unknown {
  const known = stored as TrainingDetail | undefined;
  const detail = answer as TrainingDetail;
  return replaceEqualDeep(stored, known && known.rev > detail.rev ? { ...detail, ...known } : detail);
}
