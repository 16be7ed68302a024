import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { request, toPath } from '../http/request.ts';
import type { ActorPage, ActorSummary } from './types.ts';

/** Filters and order of a list of actors. */
export interface ActorListQuery {
  readonly q?: string | undefined;
  readonly sex?: string | undefined;
  readonly ethnicity?: string | undefined;
  readonly min_age?: number | undefined;
  readonly max_age?: number | undefined;
  readonly data?: ActorSummary['data_state'] | undefined;
  readonly reviewed?: 'true' | 'false' | undefined;
  readonly model?: ActorSummary['model_state'] | undefined;
  readonly sort?: ActorSort | undefined;
  readonly order?: 'asc' | 'desc' | undefined;
}

/** Orders of a list of actors. */
export const ACTOR_SORTS = ['id', 'name', 'images', 'age', 'last_trained', 'model'] as const;
/** Order of a list of actors. */
export type ActorSort = (typeof ACTOR_SORTS)[number];

/** The matching actors: all at once, or in pages of a catalogue that is too long. Earlier actors stay while a filter changes. */
export function createActorListQuery(query: ActorListQuery) {
  return infiniteQueryOptions({
    queryKey: ['actors', 'list', 'pages', query],
    queryFn: ({ signal, pageParam }) =>
      request<ActorPage>(toPath('/api/actors', { view: 'summary', ...query, cursor: pageParam }), { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** Marks the training data of an actor as good, or takes the mark back. Throws ProblemError and UnreachableError. */
export function markDataReviewed(id: string, good: boolean): Promise<void> {
  return request(`/api/actors/${encodeURIComponent(id)}/training-data/mark-good`, {
    method: 'POST',
    body: { good },
    idempotencyKey: createKey(),
  });
}

/** A key for a request that must act at most once; `randomUUID` exists in secure contexts only. */
function createKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
