import { useQuery } from '@tanstack/react-query';
import {
  budgetsQuery,
  createActorsQuery,
  createTrainingsQuery,
  dispatchQuery,
  slotsQuery,
} from '../../../api/resources/queries.ts';
import type { NamedSubject } from '../../../api/resources/subjects.ts';

/** The states that hold a slot, and the one that ends without one. */
const LIVE = 'submitting,unconfirmed,submitted,running,cancelling,finalizing';
const ENDED = 'completed,failed,timed_out,cancelled';

/** The queries of the page. One list of ended trainings serves the failures, the models to review and the newest ends. */
export function useOverview() {
  return {
    slots: useQuery(slotsQuery),
    dispatch: useQuery(dispatchQuery),
    budgets: useQuery(budgetsQuery),
    live: useQuery(createTrainingsQuery({ status: LIVE, limit: 50 })),
    queued: useQuery(createTrainingsQuery({ status: 'queued', limit: 50 })),
    ended: useQuery(createTrainingsQuery({ status: ENDED, limit: 30 })),
    flagged: useQuery(createTrainingsQuery({ needs_attention: true, limit: 20 })),
    actors: useQuery(createActorsQuery({})),
  };
}

/** Whether each query of the page has an answer or a fault, so that its parts appear together and nothing moves. */
export function isSettled(overview: Overview): boolean {
  return Object.values(overview).every(({ isPending, failureCount }) => !isPending || failureCount > 0);
}

/** The queries of the page with their states. */
export type Overview = ReturnType<typeof useOverview>;

/** Actors with a model to review, most recently trained first. */
export function useActorsToReview({ actors }: Pick<Overview, 'actors'>): readonly NamedSubject[] {
  const summaries = (actors.data?.actors ?? []).filter(
    (each) => 'model_state' in each && each.model_state === 'awaiting_review',
  );
  const trainedAt = (each: (typeof summaries)[number]): string =>
    ('last_trained_at' in each && each.last_trained_at) || '';
  return summaries
    .toSorted((one, other) => (trainedAt(one) > trainedAt(other) ? -1 : 1))
    .map(({ id, name, poster }) => ({ kind: 'actor', id, name, poster }));
}
