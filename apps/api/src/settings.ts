import { omitUndefined } from '@trainyard/domain';
import { type OpenDeps, renderSystemMetrics, type Settings } from '@trainyard/runtime';
import type { ListenOptions } from './listen.ts';
import { createBodyBudget } from './server/body-budget.ts';
import type { ApiLimits } from './server/limits.ts';
import type { ApiDeps, ApiOptions } from './server/options.ts';
import { createNgrokTunnels } from './tunnel/ngrok.ts';

/** Builds the dependencies of the API from those of the process. Without `NGROK_AUTHTOKEN` no tunnel can start. */
export function toApiDeps(
  { deps, redis, metrics }: Omit<OpenDeps, 'close'>,
  settings: Partial<Pick<Settings, 'NGROK_AUTHTOKEN' | 'WEBHOOK_BODIES_MIB'>> = {},
): ApiDeps {
  const { NGROK_AUTHTOKEN: authtoken, WEBHOOK_BODIES_MIB = 64 } = settings;
  return {
    ...deps,
    tunnels: createNgrokTunnels(omitUndefined({ authtoken })),
    boardQueues: redis.queues(),
    feed: redis.feed,
    sessions: redis.sessions,
    metrics,
    webhookBodies: createBodyBudget(WEBHOOK_BODIES_MIB * 1024 * 1024),
    systemMetrics: () => renderSystemMetrics({ deps, redis }),
  };
}

/** Builds the options of the API from the settings. */
export function toApiOptions(settings: Settings): ApiOptions {
  const { API_KEYS: keys = [], WEBHOOK_SECRET: current, GATEWAY_BASE_URL: publicUrl } = settings;
  const previous = settings.WEBHOOK_SECRET_PREVIOUS;
  return {
    keys,
    ...(current !== undefined && { webhookSecrets: { current, ...omitUndefined({ previous }) } }),
    ownHosts: publicUrl === undefined ? [] : [new URL(publicUrl).host],
    limits: toLimits(settings),
    ...omitUndefined({
      publicUrl,
      webhookPort: settings.WEBHOOK_PORT,
      trustProxy: settings.TRUST_PROXY,
      corsOrigins: settings.CORS_ORIGINS,
    }),
    timeFactor: settings.TIME_FACTOR,
  };
}

function toLimits(settings: Settings): Omit<ApiLimits, 'decodings' | 'decodeWaitMs'> {
  return {
    requestsPerKey: settings.RATE_LIMIT_PER_KEY,
    requestsPerAddress: settings.RATE_LIMIT_PER_ADDRESS,
    refusedKeys: settings.REFUSED_KEYS_PER_MINUTE,
    webhooksPerSecond: settings.WEBHOOKS_PER_SECOND,
    streams: settings.STREAMS_PER_PROCESS,
    streamsPerKey: settings.STREAMS_PER_KEY,
    requestTimeoutMs: settings.REQUEST_TIMEOUT_SECONDS * 1_000,
    connections: settings.CONNECTIONS_PER_PROCESS,
  };
}

/** Reads host and ports from the settings. */
export function toListenOptions(settings: Settings): Pick<ListenOptions, 'host' | 'port' | 'webhookPort'> {
  return {
    host: settings.HOST,
    port: settings.PORT,
    ...omitUndefined({ webhookPort: settings.WEBHOOK_PORT }),
  };
}
