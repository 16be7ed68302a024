import { type OpenDeps, type Settings, renderSystemMetrics } from '@trainyard/runtime';
import { defined } from './mapping/defined.ts';
import type { ApiDeps, ApiOptions } from './server/options.ts';
import type { ListenOptions } from './listen.ts';
import { createNgrokTunnels } from './tunnel/ngrok.ts';

/** Dependencies of the API, from those of the process. Without `NGROK_AUTHTOKEN` no tunnel can be started. */
export const toApiDeps = (
  { deps, redis, metrics }: Omit<OpenDeps, 'close'>,
  { NGROK_AUTHTOKEN: authtoken }: Partial<Pick<Settings, 'NGROK_AUTHTOKEN'>> = {},
): ApiDeps => ({
  ...deps,
  tunnels: createNgrokTunnels(defined({ authtoken })),
  boardQueues: redis.queues(),
  feed: redis.feed,
  metrics,
  systemMetrics: () => renderSystemMetrics({ deps, redis }),
});

/** What the settings of a server say of the API. */
export const toApiOptions = (settings: Settings): ApiOptions => {
  const { API_KEYS: keys = [], WEBHOOK_SECRET: current, GATEWAY_BASE_URL: publicUrl } = settings;
  const previous = settings.WEBHOOK_SECRET_PREVIOUS;
  return {
    keys,
    ...(current !== undefined && { webhookSecrets: { current, ...defined({ previous }) } }),
    ownHosts: publicUrl === undefined ? [] : [new URL(publicUrl).host],
    ...defined({ webhookPort: settings.WEBHOOK_PORT }),
  };
};

/** Where the settings want it to listen. */
export const toListenOptions = (settings: Settings): Pick<ListenOptions, 'host' | 'port' | 'webhookPort'> => ({
  host: settings.HOST,
  port: settings.PORT,
  ...defined({ webhookPort: settings.WEBHOOK_PORT }),
});
