import type { Tunnel, TunnelStatus } from '@trainyard/application';
import { type TunnelView, tunnelSchema } from '@trainyard/contracts';
import type { Api } from '../../server/server.ts';
import { problemResponses } from '../problems.ts';

const tags = ['tunnel'];
const response = { 200: tunnelSchema, ...problemResponses };

/** The seeds' routes for a tunnel (SPEC §5.2, §11). */
export function registerTunnelRoutes(app: Api, tunnel: Tunnel): void {
  app.get(
    '/api/ngrok/status',
    { schema: { tags, summary: 'Whether a tunnel leads to the webhooks', response } },
    async () => toTunnelView(await tunnel.status()),
  );
  app.post(
    '/api/ngrok/start',
    { config: { access: 'admin' }, schema: { tags, summary: 'Start the tunnel, once for all', response } },
    async () => toTunnelView(await tunnel.start()),
  );
  app.post(
    '/api/ngrok/stop',
    { config: { access: 'admin' }, schema: { tags, summary: 'Stop the tunnel', response } },
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
