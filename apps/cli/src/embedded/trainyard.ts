import {
  type ListeningApi,
  STUDIO_DIR,
  startApi,
  toApiDeps,
  toApiOptions,
  toListenOptions,
} from '@trainyard/api';
import type { Deps, Log } from '@trainyard/application';
import { startDispatcher } from '@trainyard/dispatcher';
import { startReconciler } from '@trainyard/reconciler';
import { openAll, openDeps, type Settings } from '@trainyard/runtime';

/** Options of {@link startTrainyard}. */
export interface TrainyardOptions {
  readonly settings: Settings;
  readonly log: Log;
  /** Uses the address of the API for webhooks; for a provider on the same host. */
  readonly localWebhooks?: boolean;
  /** False for a dispatcher that runs as a process of its own; true by default. */
  readonly dispatcher?: boolean;
}

/** All processes of Trainyard in a single process. */
export interface Trainyard {
  readonly api: ListeningApi;
  readonly deps: Deps;
  /** Closes all parts in reverse order. */
  close(): Promise<void>;
}

/** Starts API, dispatcher and reconciler. If a part fails to start, the started parts are closed and the error is thrown. */
export function startTrainyard(options: TrainyardOptions): Promise<Trainyard> {
  const { settings, log, localWebhooks, dispatcher = true } = options;
  return openAll(log, async ({ register }) => {
    let url: string | undefined;
    const publicUrl = () => settings.GATEWAY_BASE_URL ?? (localWebhooks ? url : undefined);
    const opening = openDeps(settings, { log, publicUrl });
    const open = register('deps', await opening, (each) => each.close());
    const { deps, redis, metrics } = open;
    const listening = startApi({
      deps: toApiDeps(open, settings),
      options: { ...toApiOptions(settings), studioDir: STUDIO_DIR },
      ...toListenOptions(settings),
    });
    const api = register('api', await listening, (each) => each.close());
    url = api.url;
    if (dispatcher)
      register('dispatcher', await startDispatcher({ deps, redis, metrics }), (each) => each.close());
    register('reconciler', await startReconciler({ deps, redis }), (each) => each.close());
    return { api, deps };
  });
}
