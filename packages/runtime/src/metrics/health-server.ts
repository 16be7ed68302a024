import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkReadiness, type Deps } from '@trainyard/application';
import type { Settings } from '../settings/settings.ts';
import type { Metrics } from './metrics.ts';

/** The health server of dispatcher and reconciler, which have no API. */
export interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

interface HealthParts {
  readonly deps: Pick<Deps, 'store' | 'objects' | 'storeHealth' | 'ids' | 'log'>;
  readonly metrics: Metrics;
}

/** A health request is short. Without these values Node waits 5 min for it, and checks every 30 s. Real ms. */
const TIMEOUTS = { requestTimeout: 10_000, headersTimeout: 10_000, connectionsCheckingInterval: 2_000 };

interface HealthResponse {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * Serves /livez, /readyz and /metrics on `HOST` and `HEALTH_PORT`, without a key and without secrets. Port 0 selects a free
 * port; without `HEALTH_PORT` no server starts. Throws Error (EADDRINUSE) when the port is in use.
 */
export async function startHealth(
  { HOST, HEALTH_PORT }: Pick<Settings, 'HOST' | 'HEALTH_PORT'>,
  parts: HealthParts,
): Promise<HealthServer | undefined> {
  if (HEALTH_PORT === undefined) return undefined;
  const server = createServer(TIMEOUTS, createListener(parts)).listen(HEALTH_PORT, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${port}`;
  parts.deps.log.info('health_listening', { url });
  return {
    url,
    close: async () => {
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
    },
  };
}

function toHealthResponse(reasons: readonly string[]): HealthResponse {
  return {
    status: reasons.length === 0 ? 200 : 503,
    type: 'application/json',
    body: JSON.stringify({ status: reasons.length === 0 ? 'ok' : 'unavailable', reasons }),
  };
}

async function handlePath({ deps, metrics }: HealthParts, path: string | undefined): Promise<HealthResponse> {
  switch (path) {
    case '/livez':
      return toHealthResponse([]);
    case '/readyz':
      return toHealthResponse(await checkReadiness(deps));
    case '/metrics':
      return { status: 200, type: metrics.contentType, body: await metrics.text() };
    default:
      return {
        status: 404,
        type: 'text/plain',
        body: 'Not found: this port serves /livez, /readyz and /metrics\n',
      };
  }
}

function createListener(parts: HealthParts): RequestListener {
  return (request, response) => {
    void handlePath(parts, request.url?.replace(/\?.*$/s, ''))
      .catch((error: unknown): HealthResponse => {
        parts.deps.log.error('health_request_failed', { error });
        return { status: 500, type: 'text/plain', body: 'Internal error\n' };
      })
      .then(({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body));
  };
}
