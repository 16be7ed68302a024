import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { errorCodes, type FastifyInstance } from 'fastify';
import type { ApiLimits } from './limits.ts';
import type { ApiDeps } from './options.ts';

type Parts = Pick<ApiDeps, 'metrics'>;

/** Longest time in which a route may receive its body, in ms: an upload. */
const LONGEST_REQUEST_MS = 600_000;

/**
 * Timeouts of a listener. Headers and body of a request must arrive within the request timeout, which Fastify applies per
 * route, so that an upload may take longer. Node's own timeout bounds every other way to send slowly.
 */
export function createTimeouts({ requestTimeoutMs }: Pick<ApiLimits, 'requestTimeoutMs'>) {
  const requestTimeout = Math.max(LONGEST_REQUEST_MS, requestTimeoutMs);
  const connectionsCheckingInterval = Math.min(requestTimeoutMs / 4, 5_000);
  return {
    handlerTimeout: requestTimeoutMs,
    requestTimeout,
    http: { requestTimeout, headersTimeout: requestTimeoutMs, connectionsCheckingInterval },
  };
}

/** Protects the requests of an app from slow callers (docs/operations/proxy-and-tls.md). */
export function registerSlowConnections(app: FastifyInstance, { metrics }: Parts, limits: ApiLimits): void {
  const countRefusal = () => metrics.refusals.inc({ limit: 'connections' });
  limitConnections(app.server, limits.connections, countRefusal);
  // A response to a body that has not arrived leaves the connection open until the body ends.
  app.addHook('onResponse', async ({ raw }) => {
    if (raw.complete !== false) return;
    const timer = setTimeout(() => raw.socket.destroy(), limits.requestTimeoutMs).unref();
    raw.once('close', () => clearTimeout(timer));
  });
}

/**
 * Applies the timeout of a route to a handler whose request had a body: Fastify's own timer ends as soon as the body has
 * been read, so that such a handler could run for ever.
 */
export function registerHandlerTimeout(app: FastifyInstance): void {
  app.addHook('preValidation', async (request, reply) => {
    const { handlerTimeout, url = '' } = request.routeOptions;
    if (!request.raw.readableEnded || !handlerTimeout) return;
    const timer = setTimeout(() => {
      if (!reply.sent) void reply.send(new errorCodes.FST_ERR_HANDLER_TIMEOUT(handlerTimeout, url));
    }, handlerTimeout).unref();
    reply.raw.once('close', () => clearTimeout(timer));
  });
}

/** Share of the connections that is closed at once, so that a flood of connections does not cause a search for each. */
const EVICTED_SHARE = 0.05;

/**
 * Keeps a listener below a number of connections. Beyond it, connections without a complete request are closed: the oldest
 * of the address that has the most. A request that arrived is never cut, and a new caller always finds a connection.
 */
function limitConnections(server: Server, max: number, onEvicted: () => void): void {
  const requests = new Map<Socket, IncomingMessage | undefined>();
  const touch = (socket: Socket, request?: IncomingMessage): void => {
    requests.delete(socket);
    if (!socket.destroyed) requests.set(socket, request);
  };
  server.on('connection', (socket: Socket) => {
    touch(socket);
    socket.once('close', () => requests.delete(socket));
    if (requests.size <= max) return;
    for (const victim of findVictims(requests, Math.ceil(max * EVICTED_SHARE))) {
      onEvicted();
      victim.destroy();
    }
  });
  server.on('request', (request, response) => {
    touch(request.socket, request);
    response.once('close', () => touch(request.socket));
  });
}

function findVictims(
  requests: ReadonlyMap<Socket, IncomingMessage | undefined>,
  count: number,
): readonly Socket[] {
  const waiting = [...requests].filter(([, request]) => request?.complete !== true);
  const byAddress = Map.groupBy(waiting, ([{ remoteAddress }]) => remoteAddress);
  const largest = [...byAddress.values()].reduce((a, b) => (b.length > a.length ? b : a), []);
  return largest.slice(0, count).map(([socket]) => socket);
}
