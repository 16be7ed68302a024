import { queryOptions } from '@tanstack/react-query';
import type {
  BudgetsView,
  DispatchView,
  SlotsView,
  TrainingDetail,
  TrainingProgressView,
  TunnelView,
} from '@trainyard/contracts';
import { setServerClock } from '../clock.ts';
import { request, toPath } from '../http/request.ts';
import { mergeDetail, mergePage, patchTraining } from './training-cache.ts';
import type { ActorDetail, ActorPage, Session, TrainingEvents, TrainingPage } from './types.ts';

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Access of the caller and clock of the server. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => {
    const session = await request<Session>('/api/session', { signal });
    setServerClock(session.now, session.time_factor);
    return session;
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** Slots in use and the head of the queue. */
export const slotsQuery = queryOptions({
  queryKey: ['slots'],
  queryFn: ({ signal }) => request<SlotsView>('/api/slots', { signal }),
});

/** Dispatch control and alarms. */
export const dispatchQuery = queryOptions({
  queryKey: ['dispatch'],
  queryFn: ({ signal }) => request<DispatchView>('/api/dispatch', { signal }),
});

/** Way by which the results of runs arrive, with the runs that carry the address. */
export const callbackQuery = queryOptions({
  queryKey: ['callback'],
  queryFn: ({ signal }) => request<TunnelView>('/api/ngrok/status', { signal }),
});

/** Budgets of day and month, and of auto-train runs. */
export const budgetsQuery = queryOptions({
  queryKey: ['budgets'],
  queryFn: ({ signal }) => request<BudgetsView>('/api/budgets', { signal }),
});

/** One page of the list of trainings. Each training of it also fills its own entry, which live events patch. */
export function createTrainingsQuery(query: Query) {
  return queryOptions({
    queryKey: ['trainings', 'list', query],
    queryFn: async ({ client, signal }) => {
      const page = await request<TrainingPage>(toPath('/api/trainings', query), { signal });
      for (const training of page.trainings) patchTraining(client, training);
      return page;
    },
    structuralSharing: mergePage,
  });
}

/** One training with its frozen inputs. */
export function createTrainingQuery(id: string) {
  return queryOptions({
    queryKey: ['trainings', 'detail', id],
    queryFn: async ({ client, signal }) => {
      const path = `/api/trainings/${encodeURIComponent(id)}`;
      const training = await request<TrainingDetail>(path, { signal });
      patchTraining(client, training);
      return training;
    },
    structuralSharing: mergeDetail,
  });
}

/** Events of a training, oldest first. */
export function createEventsQuery(id: string) {
  return queryOptions({
    queryKey: ['trainings', 'events', id],
    queryFn: ({ signal }) =>
      request<TrainingEvents>(`/api/trainings/${encodeURIComponent(id)}/events`, { signal }),
  });
}

/** Loss curves and times of the attempts of a training; live events append to it. */
export function createProgressQuery(id: string) {
  return queryOptions({
    queryKey: ['trainings', 'progress', id],
    queryFn: ({ signal }) =>
      request<TrainingProgressView>(`/api/trainings/${encodeURIComponent(id)}/progress`, { signal }),
  });
}

/** The actors that match, all at once up to 1 000, else one page of them. */
export function createActorsQuery(query: Query) {
  return queryOptions({
    queryKey: ['actors', 'list', query],
    queryFn: ({ signal }) =>
      request<ActorPage>(toPath('/api/actors', { view: 'summary', ...query }), { signal }),
  });
}

/** One actor with its eligibility and a summary of its versions. */
export function createActorQuery(id: string) {
  return queryOptions({
    queryKey: ['actors', 'detail', id],
    queryFn: ({ signal }) => request<ActorDetail>(`/api/actors/${encodeURIComponent(id)}`, { signal }),
  });
}
