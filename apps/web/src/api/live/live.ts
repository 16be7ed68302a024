import type { QueryClient } from '@tanstack/react-query';
import type { LiveEventName } from '@trainyard/contracts';
import type { LiveData } from '../resources/types.ts';
import { setLinkState } from './link-state.ts';
import {
  type LiveConnection,
  type LiveSource,
  openConnection,
  type SourceListener,
} from './live-connection.ts';
import { type ApplyEvent, createPatches } from './live-patches.ts';

const EVENTS: Readonly<Record<LiveEventName, true>> = {
  ready: true,
  reset: true,
  'training.changed': true,
  'training.progress': true,
  'batch.changed': true,
  'dispatch.changed': true,
  'subject.changed': true,
  'tunnel.changed': true,
  'budgets.changed': true,
  'schedule.changed': true,
};

/** Opens the live events of this window, which patch the cache. @returns a function that closes them */
export function openLiveEvents(client: QueryClient): () => void {
  const apply = createPatches(client);
  const connection = openConnection({
    openSource: (listener) => openSource(apply, listener),
    isVisible: () => document.visibilityState === 'visible',
    isOnline: () => navigator.onLine,
    random: Math.random,
    setLinkState,
    refetch: (which) =>
      void client.invalidateQueries({
        predicate: ({ state }) =>
          which === 'all' || (state.data !== undefined && state.fetchStatus === 'idle'),
      }),
    onRefused: () => void client.invalidateQueries({ queryKey: ['session'] }),
  });
  return listenToWindow(connection);
}

/** Opens an EventSource. The browser resumes a dropped one by itself; a refused one is closed. */
function openSource(apply: ApplyEvent, { onReady, onError }: SourceListener): LiveSource {
  const source = new EventSource('/api/stream');
  const on = <Name extends LiveEventName>(name: Name): void => {
    source.addEventListener(name, (message) => {
      const data = JSON.parse(message.data) as LiveData<Name>;
      apply(name, data);
      if (name === 'ready') onReady((data as LiveData<'ready'>).resumed);
    });
  };
  for (const name of Object.keys(EVENTS) as LiveEventName[]) on(name);
  source.addEventListener('error', () => onError(source.readyState === EventSource.CLOSED));
  return source;
}

function listenToWindow(connection: LiveConnection): () => void {
  const { visibilityChanged, onlineChanged } = connection;
  document.addEventListener('visibilitychange', visibilityChanged);
  addEventListener('online', onlineChanged);
  addEventListener('offline', onlineChanged);
  return () => {
    document.removeEventListener('visibilitychange', visibilityChanged);
    removeEventListener('online', onlineChanged);
    removeEventListener('offline', onlineChanged);
    connection.close();
  };
}
