import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import type { DispatchView, SlotsView, TrainingView } from '@trainyard/contracts';
import { request } from '../../../api/http/request.ts';
import { patchTraining } from '../../../api/resources/training-cache.ts';

/** A change of the dispatch control; absent fields stay unchanged. */
export interface DispatchChange {
  readonly max_concurrency?: number;
  readonly paused?: boolean;
  readonly reason?: string;
  readonly gate?: null;
}

/** The requests of the page. Each puts its answer into the cache, so that the page shows the new state at once. */
export function useRequests() {
  const client = useQueryClient();
  return {
    changeDispatch: async (change: DispatchChange): Promise<void> => {
      const view = await request<DispatchView>('/api/dispatch', { method: 'PUT', body: change });
      client.setQueryData<DispatchView>(['dispatch'], view);
      const { max_concurrency, paused, reason, gate, budget } = view;
      const control = { max_concurrency, paused, reason, gate, budget };
      client.setQueryData<SlotsView>(['slots'], (known) => known && { ...known, ...control });
      await client.invalidateQueries({ queryKey: ['slots'] });
    },
    cancel: (id: string, idempotencyKey: string) =>
      changeTraining(client, `/api/trainings/${encodeURIComponent(id)}/cancel`, { idempotencyKey }),
    release: (id: string, idempotencyKey: string) =>
      changeTraining(client, `/api/trainings/${encodeURIComponent(id)}/release`, { idempotencyKey }),
    poll: (id: string) =>
      request<unknown>(`/api/trainings/${encodeURIComponent(id)}/poll`, { method: 'POST' }),
    reprioritize: (id: string, priority: number) => reprioritize(client, id, priority),
  };
}

async function changeTraining(
  client: QueryClient,
  path: string,
  options: { readonly idempotencyKey: string },
): Promise<void> {
  patchTraining(client, await request<TrainingView>(path, { method: 'POST', ...options }));
  await Promise.all([
    client.invalidateQueries({ queryKey: ['slots'] }),
    client.invalidateQueries({ queryKey: ['trainings', 'list'] }),
  ]);
}

/** Moves a queued training at once, and back when the server refuses. Throws the problem of the server. */
async function reprioritize(client: QueryClient, id: string, priority: number): Promise<void> {
  await client.cancelQueries({ queryKey: ['slots'] });
  const before = client.getQueryData<SlotsView>(['slots']);
  client.setQueryData<SlotsView>(['slots'], (known) => known && moveTraining(known, id, priority));
  try {
    const path = `/api/trainings/${encodeURIComponent(id)}`;
    patchTraining(client, await request<TrainingView>(path, { method: 'PATCH', body: { priority } }));
  } catch (error) {
    client.setQueryData(['slots'], before);
    throw error;
  } finally {
    void client.invalidateQueries({ queryKey: ['slots'] });
  }
}

/** The head of the queue with the new priority of one training: equal priorities keep their order. */
export function moveTraining(slots: SlotsView, id: string, priority: number): SlotsView {
  const next = slots.next
    .map((each) => (each.training_id === id ? { ...each, priority } : each))
    .toSorted((one, other) => one.priority - other.priority);
  return { ...slots, next };
}
