import { type InfiniteData, type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { markDataReviewed } from '../../../api/resources/actors.ts';
import type { ActorPage, ActorSummary } from '../../../api/resources/types.ts';

/** An actor whose mark was refused, with the reason. */
export interface MarkFailure {
  readonly actor: ActorSummary;
  readonly reason: string;
}

/** Actors whose training data are marked, or whose mark is taken back. */
export interface MarkRequest {
  readonly actors: readonly ActorSummary[];
  readonly good: boolean;
}

/** What became of a request: the changed actors, and the refused ones. */
export interface MarkResult {
  readonly changed: readonly ActorSummary[];
  readonly failures: readonly MarkFailure[];
}

/**
 * Marks the training data of several actors, one request each. The lists show the marks at once; those of refused actors
 * are taken back.
 */
export function useMarkReviewed(onDone: (result: MarkResult, request: MarkRequest) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ actors, good }: MarkRequest) => markAll(actors, good),
    onMutate: async ({ actors, good }) => {
      await client.cancelQueries({ queryKey: ['actors', 'list', 'pages'] });
      setReviewed(client, actors, good);
    },
    onSuccess: (result, request) => {
      setReviewed(
        client,
        result.failures.map(({ actor }) => actor),
        !request.good,
      );
      void client.invalidateQueries({ queryKey: ['actors'] });
      void client.invalidateQueries({ queryKey: ['auto-train'] });
      onDone(result, request);
    },
  });
}

/** One actor after the other: every mark rewrites the catalogue. */
async function markAll(actors: readonly ActorSummary[], good: boolean): Promise<MarkResult> {
  const failures: MarkFailure[] = [];
  for (const actor of actors) {
    try {
      await markDataReviewed(actor.id, good);
    } catch (error) {
      failures.push({ actor, reason: error instanceof Error ? error.message : 'The request failed.' });
    }
  }
  const failed = new Set(failures.map(({ actor }) => actor.id));
  return { changed: actors.filter(({ id }) => !failed.has(id)), failures };
}

function setReviewed(client: QueryClient, actors: readonly ActorSummary[], good: boolean): void {
  const ids = new Set(actors.map(({ id }) => id));
  const patch = (actor: ActorSummary) => (ids.has(actor.id) ? { ...actor, training_data_good: good } : actor);
  client.setQueriesData<InfiniteData<ActorPage>>({ queryKey: ['actors', 'list', 'pages'] }, (data) =>
    data ? { ...data, pages: data.pages.map((page) => ({ ...page, actors: page.actors.map(patch) })) } : data,
  );
}
