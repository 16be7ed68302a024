import { isLoopback } from '@trainyard/runtime';
import { type ApiParts, createApi, createWebhookApi } from './app.ts';
import type { Api } from './server/server.ts';

/** Where to listen. */
export interface ListenOptions extends ApiParts {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** A second port for webhooks alone; none without it. */
  readonly webhookPort?: number;
}

/** An API that answers. */
export interface ListeningApi {
  readonly url: string;
  readonly webhookUrl?: string;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
/** How long closing waits for requests that are open: longer than any answer may take. Real ms. */
const CLOSE_TIMEOUT_MS = 20_000;
const CHECK_EVERY_MS = 50;

/** Builds the API and listens. Throws when a port is taken; then nothing stays open. */
export async function startApi(options: ListenOptions): Promise<ListeningApi> {
  const host = resolveHost(options);
  const main = [await createApi(options), host, options.port] as const;
  const { webhookPort } = options;
  const apps =
    webhookPort === undefined
      ? [main]
      : [main, [await createWebhookApi(options), host, webhookPort] as const];
  const closers = apps.map(([app]) => createCloser(app));
  const [url = '', webhookUrl] = await listenAll(apps);
  options.deps.log.info('api_listening', { url, webhook_url: webhookUrl });
  return {
    url,
    ...(webhookUrl !== undefined && { webhookUrl }),
    close: async () => void (await Promise.all(closers.map((close) => close()))),
  };
}

/** Closes one listener: it takes nothing more, answers what is open, and then hangs up on whoever only stays connected. */
function createCloser({ server, close }: Api): () => Promise<void> {
  let open = 0;
  server.on('request', (_, response) => {
    open += 1;
    response.once('close', () => {
      open -= 1;
    });
  });
  return async () => {
    const until = performance.now() + CLOSE_TIMEOUT_MS;
    const timer = setInterval(() => {
      if (open === 0 || performance.now() > until) server.closeAllConnections();
    }, CHECK_EVERY_MS);
    await close().finally(() => clearInterval(timer));
  };
}

/** Without keys nobody but this machine is answered, whatever the settings say (SPEC §5.5). */
function resolveHost({ host, options, deps }: ListenOptions): string {
  if (options.keys.length > 0) return host;
  deps.log.warn('no_api_keys', { host: 'loopback only', setting: 'API_KEYS' });
  return isLoopback(host) ? host : LOOPBACK;
}

async function listenAll(apps: readonly (readonly [Api, string, number])[]): Promise<readonly string[]> {
  try {
    return await Promise.all(apps.map(([app, host, port]) => app.listen({ host, port })));
  } catch (error) {
    await Promise.allSettled(apps.map(([app]) => app.close()));
    throw error;
  }
}
