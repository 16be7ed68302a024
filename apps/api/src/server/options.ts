import type { ChangeFeed, Deps, SessionStore, TunnelProvider, WebhookSecrets } from '@trainyard/application';
import type { Metrics } from '@trainyard/runtime';
import type { Queue } from 'bullmq';
import type { ApiKey } from '../access/keys.ts';
import type { BodyBudget } from './body-budget.ts';
import type { ApiLimits } from './limits.ts';

/**
 * Dependencies of the API: those of the use cases, the feed of changes, sessions, the tunnel provider, metrics, and the
 * queues for Bull Board.
 */
export interface ApiDeps extends Deps {
  readonly boardQueues: readonly Queue[];
  readonly feed: ChangeFeed;
  readonly sessions: SessionStore;
  readonly tunnels: TunnelProvider;
  readonly metrics: Metrics;
  /** Budget of the webhook bodies, shared by all listeners of the process. */
  readonly webhookBodies: BodyBudget;
  /** Renders the metrics of the whole system, read from Redis, in the text format of Prometheus. */
  readonly systemMetrics: () => Promise<string>;
}

/** Options of the API. Durations are in ms. */
export interface ApiOptions {
  /** API keys. Without keys every request from this machine has full access and every other request is refused. */
  readonly keys: readonly ApiKey[];
  /** Secrets that sign webhook URLs. Without them every webhook is refused. */
  readonly webhookSecrets?: WebhookSecrets;
  /** Host names of this server. A caller's webhook on such a host is dropped (docs/compatibility.md). */
  readonly ownHosts?: readonly string[];
  /** Limits on requests, bodies, streams and connections, where they differ from the default ones. */
  readonly limits?: Partial<ApiLimits>;
  /** Folder of the built studio. Without it, or without a build in it, `/` leads to `/docs`. */
  readonly studioDir?: string;
  /** Public URL of the webhooks. With it no tunnel is started. */
  readonly publicUrl?: string;
  /** Port that serves only webhooks. A tunnel leads to it; without it a tunnel opens a loopback port. */
  readonly webhookPort?: number;
  /** Maximum delay of a response by `?wait=submitted`; 30 s by default. */
  readonly submitWaitMs?: number;
  /**
   * Maximum time that a stream waits for its reader to accept a live event; 30 s by default. Then the connection is closed.
   */
  readonly streamSendTimeoutMs?: number;
  /** Proxies whose `X-Forwarded-*` headers are trusted, in the forms that Fastify takes. */
  readonly trustProxy?: boolean | string;
  /** Foreign origins whose pages may call the API with a key in a header; none by default. */
  readonly corsOrigins?: readonly string[];
  /** Factor by which the clock is faster than real time; 1 by default. */
  readonly timeFactor?: number;
  /** Version in the OpenAPI document. */
  readonly version?: string;
}
