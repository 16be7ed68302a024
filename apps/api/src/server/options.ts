import type { ChangeFeed, Deps, TunnelProvider, WebhookSecrets } from '@trainyard/application';
import type { Scope } from '@trainyard/contracts';
import type { Metrics } from '@trainyard/runtime';
import type { Queue } from 'bullmq';

/** What the API stands on: the use cases' own needs, the feed of changes, and the queues for Bull Board. */
export interface ApiDeps extends Deps {
  readonly boardQueues: readonly Queue[];
  readonly feed: ChangeFeed;
  readonly tunnels: TunnelProvider;
  readonly metrics: Metrics;
  /** What the record knows of the whole system, for Prometheus. */
  readonly systemMetrics: () => Promise<string>;
}

/** A key with what it allows (SPEC §5.5). */
export interface ApiKey {
  readonly key: string;
  readonly scope: Scope;
}

/** What the API is set to. Durations in ms, sizes in bytes. */
export interface ApiOptions {
  /** Without keys everyone on this machine may do everything, and nobody else anything. */
  readonly keys: readonly ApiKey[];
  /** Proves webhook addresses; without it every webhook is refused. */
  readonly webhookSecrets?: WebhookSecrets;
  /** Hosts under which we are reached; a caller's webhook that leads there is dropped (SPEC §5.2). */
  readonly ownHosts?: readonly string[];
  readonly rateLimit?: { readonly max: number; readonly windowMs: number };
  /** The port that takes webhooks alone; a tunnel leads there, or to one that is opened for it. */
  readonly webhookPort?: number;
  /** How long `?wait=submitted` may hold an answer. */
  readonly submitWaitMs?: number;
  /** How long any other answer may take before it is a 503. */
  readonly handlerTimeoutMs?: number;
  /** How long the caller of a stream may take nothing before it is hung up on. */
  readonly streamSendTimeoutMs?: number;
  /** Addresses of proxies whose `x-forwarded-*` headers are believed. */
  readonly trustProxy?: boolean | string;
  readonly version?: string;
}
