import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  AutoTrainEventsView,
  AutoTrainProgressView,
  autoTrainPageSchema,
  CandidatesView,
  HyperparametersView,
  ScheduleView,
} from '@trainyard/contracts';
import { request, toPath } from '../../../api/http/request.ts';
import type { Output } from '../../../api/resources/types.ts';
import { planRun, type RunOrder } from '../../../parts/start-run/plan.ts';

/** Page of the list of auto-train runs. */
export type RunPage = Output<typeof autoTrainPageSchema>;

/** Every actor with its eligibility. */
export function createCandidatesQuery(includeUnreviewed: boolean) {
  return queryOptions({
    queryKey: ['auto-train', 'candidates', { includeUnreviewed }],
    queryFn: ({ signal }) =>
      request<CandidatesView>(
        toPath('/api/auto-train/candidates', { include_unreviewed: includeUnreviewed || undefined }),
        { signal },
      ),
    placeholderData: keepPreviousData,
  });
}

/** The plan of a run: a dry run with the order of the form, which saves nothing. */
export function createPlanQuery(order: RunOrder | undefined) {
  return queryOptions({
    queryKey: ['auto-train', 'plan', order],
    queryFn: ({ signal }) => planRun(order ?? {}, signal),
    enabled: order !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

const RUNS_A_PAGE = 10;

/** The runs, newest first, a page at a time. */
export const runsQuery = infiniteQueryOptions({
  queryKey: ['auto-train', 'runs'],
  queryFn: ({ signal, pageParam }) =>
    request<RunPage>(toPath('/api/auto-train/runs', { limit: RUNS_A_PAGE, cursor: pageParam }), { signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

/** One run with its trainings. */
export function createRunQuery(id: string) {
  return queryOptions({
    queryKey: ['auto-train', 'run', id],
    queryFn: ({ signal }) =>
      request<AutoTrainProgressView>(`/api/auto-train/runs/${encodeURIComponent(id)}`, { signal }),
  });
}

/** Events of a run, from which the lines of its console follow. */
export function createRunEventsQuery(id: string) {
  return queryOptions({
    queryKey: ['auto-train', 'events', id],
    queryFn: ({ signal }) =>
      request<AutoTrainEventsView>(`/api/auto-train/runs/${encodeURIComponent(id)}/events`, { signal }),
  });
}

/** The schedule with its next ticks. */
export const scheduleQuery = queryOptions({
  queryKey: ['auto-train', 'schedule'],
  queryFn: ({ signal }) => request<ScheduleView>('/api/auto-train/schedule', { signal }),
});

/** The policies that select hyperparameters. */
export const policiesQuery = queryOptions({
  queryKey: ['hyperparameters'],
  queryFn: ({ signal }) => request<HyperparametersView>('/api/hyperparameters', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});
