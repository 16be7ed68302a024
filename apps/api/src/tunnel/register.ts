import { createTunnel, type Tunnel, type TunnelStatus } from '@trainyard/application';
import { type TunnelView, tunnelSchema } from '@trainyard/contracts';
import { problemResponses } from '../routes/shared.ts';
import type { ApiDeps, ApiOptions } from '../server/options.ts';
import type { Api } from '../server/server.ts';
import { createWebhookTarget } from './target.ts';

/** Dependencies of the tunnel routes. */
interface TunnelParts {
  readonly deps: Pick<ApiDeps, 'tunnels' | 'publicUrlLease' | 'log'>;
  readonly options: Pick<ApiOptions, 'webhookPort' | 'publicUrl'>;
  /** Builds an app that serves only webhooks. */
  readonly createWebhookApi: () => Promise<Api>;
}

const tags = ['tunnel'];
const response = { 200: tunnelSchema, ...problemResponses };
const adminOnly = { access: 'admin' } as const;

/** Registers the tunnel with its routes. The tunnel and its listener are closed with the app. */
export function registerTunnel(app: Api, { deps, options, createWebhookApi }: TunnelParts): void {
  const { target, close } = createWebhookTarget(options.webhookPort, createWebhookApi);
  const tunnel = createTunnel({
    provider: deps.tunnels,
    lease: deps.publicUrlLease,
    log: deps.log,
    target,
    publicUrl: options.publicUrl,
  });
  registerTunnelRoutes(app, tunnel);
  app.addHook('onClose', async () => {
    await tunnel.close();
    await close();
  });
}

function registerTunnelRoutes(app: Api, tunnel: Tunnel): void {
  app.get('/api/ngrok/status', { schema: { tags, summary: 'Get the tunnel status', response } }, async () =>
    toTunnelView(await tunnel.status()),
  );
  app.post(
    '/api/ngrok/start',
    { config: adminOnly, schema: { tags, summary: 'Start the tunnel', response } },
    async () => toTunnelView(await tunnel.start()),
  );
  app.post(
    '/api/ngrok/stop',
    { config: adminOnly, schema: { tags, summary: 'Stop the tunnel', response } },
    async () => toTunnelView(await tunnel.stop()),
  );
}

function toTunnelView({ running, url, missing }: TunnelStatus): TunnelView {
  return {
    running,
    url: url ?? null,
    missing: missing ?? null,
  };
}
