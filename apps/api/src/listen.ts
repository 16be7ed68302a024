import { isLoopback } from '@trainyard/runtime';
import { createKeyRing } from './access/keys.ts';
import { type ApiParts, createApi, createWebhookApi } from './app.ts';
import type { Api } from './server/server.ts';

/** Addresses of the API, with its dependencies and options. */
export interface ListenOptions extends ApiParts {
  readonly host: string;
  /** Port of the API; 0 selects a free port. */
  readonly port: number;
  /** Second port, which serves only webhooks. */
  readonly webhookPort?: number;
}

/** Listening API. */
export interface ListeningApi {
  readonly url: string;
  readonly webhookUrl?: string;
  /** Refuses new connections, completes open requests within 35 s, then closes all connections. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
/** Maximum time to complete open requests on closing; longer than the default request timeout. */
const CLOSE_TIMEOUT_MS = 35_000;
const CHECK_EVERY_MS = 50;

/**
 * Builds the API and listens. Throws an error with address and setting when a port is in use; then every listener is closed
 * again.
 */
export async function startApi(options: ListenOptions): Promise<ListeningApi> {
  const host = resolveHost(options);
  warnOfOpenProxy(options, host);
  await endSessionsOfRemovedKeys(options);
  const main = { app: await createApi(options), host, port: options.port, setting: 'PORT' };
  const { webhookPort } = options;
  const apps =
    webhookPort === undefined
      ? [main]
      : [main, { app: await createWebhookApi(options), host, port: webhookPort, setting: 'WEBHOOK_PORT' }];
  const closers = apps.map(({ app }) => createCloser(app));
  const [url = '', webhookUrl] = await listenAll(apps);
  options.deps.log.info('api_listening', { url, webhook_url: webhookUrl });
  return {
    url,
    ...(webhookUrl !== undefined && { webhookUrl }),
    close: async () => void (await Promise.all(closers.map((close) => close()))),
  };
}

/** Closes a listener: refuses new connections, completes open requests, then closes idle connections. */
function createCloser({ server, close }: Api): () => Promise<void> {
  let open = 0;
  server.on('request', (_, response) => {
    open += 1;
    response.once('close', () => {
      open -= 1;
    });
  });
  return async () => {
    const deadline = performance.now() + CLOSE_TIMEOUT_MS;
    const timer = setInterval(() => {
      if (open === 0 || performance.now() > deadline) server.closeAllConnections();
    }, CHECK_EVERY_MS);
    await close().finally(() => clearInterval(timer));
  };
}

/** Without API keys the API binds to loopback only and ignores `HOST` (docs/operations/keys.md). */
function resolveHost({ host, options, deps }: ListenOptions): string {
  if (options.keys.length > 0) return host;
  deps.log.warn('no_api_keys', { host: 'loopback only', setting: 'API_KEYS' });
  return isLoopback(host) ? host : LOOPBACK;
}

/** Any client can send `X-Forwarded-*` headers, so that trust in every address lets it choose its address and origin. */
function warnOfOpenProxy({ options, deps }: ListenOptions, host: string): void {
  if (options.trustProxy !== true || isLoopback(host)) return;
  deps.log.warn('every_proxy_trusted', { setting: 'TRUST_PROXY', host, remedy: 'list the proxy addresses' });
}

/** A key that returns to `API_KEYS` later does not revive its old sessions. */
async function endSessionsOfRemovedKeys({ options, deps }: ListenOptions): Promise<void> {
  const ended = await deps.sessions.retainKeys(createKeyRing(options.keys).digests);
  if (ended > 0) deps.log.info('sessions_ended', { sessions: ended, reason: 'API_KEYS changed' });
}

interface Listener {
  readonly app: Api;
  readonly host: string;
  readonly port: number;
  /** The setting with the port. */
  readonly setting: string;
}

async function listenAll(listeners: readonly Listener[]): Promise<readonly string[]> {
  try {
    return await Promise.all(listeners.map(listen));
  } catch (error) {
    await Promise.allSettled(listeners.map(({ app }) => app.close()));
    throw error;
  }
}

async function listen({ app, host, port, setting }: Listener): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    throw new Error(describeListenFault(error, { host, port, setting }), { cause: error });
  }
}

function describeListenFault(error: unknown, { host, port, setting }: Omit<Listener, 'app'>): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (code === 'EADDRINUSE') return `Port ${port} is in use. Set ${setting}, or stop the other process.`;
  if (code === 'EACCES') return `Port ${port} needs privileges. Set ${setting} to a port above 1023.`;
  if (code === 'EADDRNOTAVAIL') return `${host} is no address of this machine. Change HOST.`;
  return `The API cannot listen at ${host}:${port} (${message ?? error}). Change ${setting} or HOST.`;
}
