import { type ListeningApi, startApi, toApiDeps, toApiOptions, toListenOptions } from '@trainyard/api';
import type { Deps, Log } from '@trainyard/application';
import { startDispatcher } from '@trainyard/dispatcher';
import { startReconciler } from '@trainyard/reconciler';
import { openAll, openDeps, type Settings } from '@trainyard/runtime';

export interface TrainyardOptions {
  readonly settings: Settings;
  readonly log: Log;
  /** Lets runs call back at the address that the API listens on; for a provider on this machine. */
  readonly localWebhooks?: boolean;
}

/** The whole system in one process. */
export interface Trainyard {
  readonly api: ListeningApi;
  readonly deps: Deps;
  /** Closes all of it, what was started last first. */
  close(): Promise<void>;
}

/** Starts API, dispatcher and reconciler; when one of them cannot be started, nothing stays open. */
export function startTrainyard({ settings, log, localWebhooks }: TrainyardOptions): Promise<Trainyard> {
  return openAll(log, async ({ register }) => {
    let url: string | undefined;
    const publicUrl = () => settings.GATEWAY_BASE_URL ?? (localWebhooks ? url : undefined);
    const opening = openDeps(settings, { log, publicUrl });
    const open = register('deps', await opening, (each) => each.close());
    const { deps, redis, metrics } = open;
    const listening = startApi({
      deps: toApiDeps(open, settings),
      options: toApiOptions(settings),
      ...toListenOptions(settings),
    });
    const api = register('api', await listening, (each) => each.close());
    url = api.url;
    register('dispatcher', await startDispatcher({ deps, redis, metrics }), (each) => each.close());
    register('reconciler', await startReconciler({ deps, redis }), (each) => each.close());
    return { api, deps };
  });
}
