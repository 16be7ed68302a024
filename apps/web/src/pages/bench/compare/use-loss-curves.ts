import { queryOptions, useQueries } from '@tanstack/react-query';
import type { TrainingProgressView } from '@trainyard/contracts';
import { request } from '../../../api/http/request.ts';
import type { LossSeries } from '../../../parts/chart/curves.ts';
import type { TrainedVersion } from './samples.ts';

const TONES = ['accent', 'ok', 'warn', 'queued'] as const;

/** The loss curves of versions, and the names of those whose curve is not kept. */
export interface LossCurves {
  readonly series: readonly LossSeries[];
  readonly missing: readonly string[];
}

/** Loads the loss curves of versions: those of the attempts that made their models. */
export function useLossCurves(trained: readonly TrainedVersion[]): LossCurves {
  const withTraining = trained.filter(({ version }) => version.training_id !== undefined);
  const results = useQueries({
    queries: withTraining.map(({ version }) => createProgressQuery(version.training_id ?? '')),
  });
  const series = withTraining.map(({ version: { name, attempt } }, at): LossSeries => {
    const attempts = results[at]?.data?.attempts ?? [];
    const made = attempts.find(({ number }) => number === attempt) ?? attempts.at(-1);
    const points = (made?.points ?? []).map(([step, loss]): [number, number | null] => [step, loss]);
    return { name, tone: TONES[at % TONES.length] ?? 'accent', points };
  });
  const known = series.filter(({ points }) => points.length > 0);
  const isLoading = results.some(({ isPending }) => isPending);
  const names = trained.map(({ version }) => version.name);
  return {
    series: known,
    missing: isLoading ? [] : names.filter((name) => !known.some((each) => each.name === name)),
  };
}

function createProgressQuery(id: string) {
  return queryOptions({
    queryKey: ['trainings', 'progress', id],
    queryFn: ({ signal }) =>
      request<TrainingProgressView>(`/api/trainings/${encodeURIComponent(id)}/progress`, { signal }),
  });
}
