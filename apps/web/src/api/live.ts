import type { QueryClient } from '@tanstack/react-query';
import type { DispatchView, TrainingDetail, TrainingView } from '@trainyard/contracts';
import { useSyncExternalStore } from 'react';
import { isNewer } from './queries.ts';
import type { LiveData, TrainingPage } from './types.ts';

/** State of the link to the server. `since` is the time of the last data, epoch ms of the browser. */
export interface LinkState {
  readonly kind: 'connecting' | 'live' | 'reconnecting' | 'polling' | 'offline';
  readonly since: number;
}

let state: LinkState = { kind: 'connecting', since: Date.now() };
const listeners = new Set<() => void>();

/** The state of the link to the server. */
export function useLinkState(): LinkState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

function setState(kind: LinkState['kind']): void {
  if (kind === state.kind) return;
  state = { kind, since: Date.now() };
  for (const listener of listeners) listener();
}

/** Opens the stream of live events of this window, whose events patch the cache. @returns a function that closes it */
export function openLiveEvents(client: QueryClient): () => void {
  const source = new EventSource('/api/stream');
  const on = <Name extends Parameters<typeof applyEvent>[1]>(name: Name): void => {
    source.addEventListener(name, (message) => applyEvent(client, name, JSON.parse(message.data)));
  };
  source.addEventListener('open', () => setState('live'));
  source.addEventListener('error', () => setState('reconnecting'));
  for (const name of [
    'reset',
    'training.changed',
    'training.progress',
    'batch.changed',
    'dispatch.changed',
  ] as const)
    on(name);
  return () => source.close();
}

function applyEvent(
  client: QueryClient,
  name: 'reset' | 'training.changed' | 'training.progress' | 'batch.changed' | 'dispatch.changed',
  data: unknown,
): void {
  if (name === 'reset') void client.invalidateQueries();
  else if (name === 'training.changed') applyChange(client, data as LiveData<'training.changed'>);
  else if (name === 'training.progress') applyProgress(client, data as LiveData<'training.progress'>);
  else if (name === 'batch.changed') void client.invalidateQueries({ queryKey: ['auto-train'] });
  else
    client.setQueryData<DispatchView>(['dispatch'], (known) =>
      known ? { ...known, ...(data as LiveData<'dispatch.changed'>) } : known,
    );
}

function applyChange(client: QueryClient, { training, training_id: id }: LiveData<'training.changed'>): void {
  if (training) patchTraining(client, training);
  void client.invalidateQueries({ queryKey: ['trainings', 'events', id] });
  void client.invalidateQueries({ queryKey: ['trainings', 'list'] });
  void client.invalidateQueries({ queryKey: ['slots'] });
}

function applyProgress(
  client: QueryClient,
  { training_id: id, rev, status, progress }: LiveData<'training.progress'>,
): void {
  const patch = <View extends TrainingView>(known: View): View =>
    known.id === id && rev >= known.rev ? { ...known, rev, status, progress } : known;
  patchAll(client, id, patch);
}

/** Replaces a training in all lists and in its detail, unless the cache holds a newer revision. */
export function patchTraining(client: QueryClient, training: TrainingView): void {
  patchAll(client, training.id, (known) =>
    known.id === training.id && isNewer(training, known) ? { ...known, ...training } : known,
  );
}

function patchAll(client: QueryClient, id: string, patch: <View extends TrainingView>(known: View) => View) {
  client.setQueryData<TrainingDetail>(['trainings', 'detail', id], (known) => known && patch(known));
  client.setQueriesData<TrainingPage>({ queryKey: ['trainings', 'list'] }, (page) =>
    page ? { ...page, trainings: page.trainings.map(patch) } : page,
  );
}
