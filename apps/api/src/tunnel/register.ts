import {
  createTunnel,
  type Deps,
  getCallbackStatus,
  type Tunnel,
  type TunnelStatus,
} from '@trainyard/application';
import { tunnelSchema } from '@trainyard/contracts';
import { EXAMPLES } from '../openapi/examples.ts';
import { describeOperations } from '../openapi/operation.ts';
import type { ApiDeps, ApiOptions } from '../server/options.ts';
import type { Api } from '../server/server.ts';
import { toCallbackView } from '../views/callback.ts';
import { createWebhookTarget } from './target.ts';

const operations = describeOperations('tunnel', {
  getTunnelStatus: {
    summary: 'Get the callback and the tunnel status',
    description:
      'Returns how the results of runs arrive: at a public URL, by a tunnel, or by polling. With `GATEWAY_BASE_URL` set, Trainyard needs no tunnel.',
    errors: [],
    answers: { 200: { description: 'The state of the tunnel.', example: EXAMPLES.operations.tunnel } },
  },
  startTunnel: {
    summary: 'Start the tunnel',
    description:
      'One tunnel serves all processes. It reaches the webhooks only. Later submissions use its URL.',
    errors: ['tunnel_not_configured', 'tunnel_failed'],
    answers: { 200: { description: 'The running tunnel.', example: EXAMPLES.operations.tunnel } },
  },
  stopTunnel: {
    summary: 'Stop the tunnel',
    description: 'Runs whose webhooks used the tunnel are polled.',
    errors: ['tunnel_failed'],
    answers: {
      200: { description: 'The stopped tunnel.', example: EXAMPLES.operations.tunnel_stopped },
    },
  },
});

/** Dependencies of the tunnel routes. */
interface TunnelParts {
  readonly deps: Deps & Pick<ApiDeps, 'tunnels'>;
  readonly options: Pick<ApiOptions, 'webhookPort' | 'publicUrl'>;
  /** Builds an app that serves only webhooks. */
  readonly createWebhookApi: () => Promise<Api>;
}

const response = { 200: tunnelSchema };
const adminOnly = { access: 'admin' } as const;

/** Registers the tunnel with its routes. The tunnel and its listener are closed with the app. */
export function registerTunnel(app: Api, { deps, options, createWebhookApi }: TunnelParts): void {
  const { target, close } = createWebhookTarget(options.webhookPort, createWebhookApi);
  const tunnel = createTunnel({
    provider: deps.tunnels,
    lease: deps.publicUrlLease,
    records: deps.tunnelRecords,
    log: deps.log,
    now: () => deps.clock.now(),
    target,
    publicUrl: options.publicUrl,
  });
  registerTunnelRoutes(app, deps, tunnel);
  app.addHook('onClose', async () => {
    await tunnel.close();
    await close();
  });
}

function registerTunnelRoutes(app: Api, deps: Deps, tunnel: Tunnel): void {
  const toView = async (status: TunnelStatus) =>
    toCallbackView(await getCallbackStatus(deps, status), deps.settings.pollIntervalMs);
  app.get('/api/ngrok/status', { schema: { ...operations.getTunnelStatus, response } }, async () =>
    toView(await tunnel.status()),
  );
  app.post(
    '/api/ngrok/start',
    { config: adminOnly, schema: { ...operations.startTunnel, response } },
    async () => toView(await tunnel.start()),
  );
  app.post(
    '/api/ngrok/stop',
    { config: adminOnly, schema: { ...operations.stopTunnel, response } },
    async () => toView(await tunnel.stop()),
  );
}
