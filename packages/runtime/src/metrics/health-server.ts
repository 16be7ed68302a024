import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkReadiness, type Deps } from '@trainyard/application';
import type { Settings } from '../settings/settings.ts';
import type { Metrics } from './metrics.ts';

/** What a process without an API of its own answers on `HEALTH_PORT`. */
export interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

interface HealthParts {
  readonly deps: Pick<Deps, 'store' | 'objects' | 'ids' | 'log'>;
  readonly metrics: Metrics;
}

interface HealthResponse {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * Listens on `HOST` and `HEALTH_PORT`, if there is one; 0 takes any free one. What is told there holds no secret, and
 * no key is asked for. Throws when the port is taken.
 */
export async function startHealth(
  { HOST, HEALTH_PORT }: Pick<Settings, 'HOST' | 'HEALTH_PORT'>,
  parts: HealthParts,
): Promise<HealthServer | undefined> {
  if (HEALTH_PORT === undefined) return undefined;
  const server = createServer(createListener(parts)).listen(HEALTH_PORT, HOST);
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
      return { status: 404, type: 'text/plain', body: 'only /livez, /readyz and /metrics are here\n' };
  }
}

function createListener(parts: HealthParts): RequestListener {
  return (request, response) => {
    void handlePath(parts, request.url?.replace(/\?.*$/s, ''))
      .catch((error: unknown): HealthResponse => {
        parts.deps.log.error('health_request_failed', { error });
        return { status: 500, type: 'text/plain', body: 'something broke here\n' };
      })
      .then(({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body));
  };
}
