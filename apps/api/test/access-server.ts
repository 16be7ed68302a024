import { request as sendHttp } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '@trainyard/application';
import { createMemorySessions } from '@trainyard/application/testing';
import { realClock } from '@trainyard/testing/redis';
import { onTestFinished } from 'vitest';
import { registerAuth } from '../src/access/authenticate.ts';
import { registerCors } from '../src/access/cors.ts';
import { type ApiKey, createKeyRing } from '../src/access/keys.ts';
import type { RateLimits } from '../src/access/rate-limits.ts';
import { registerSessionRoutes } from '../src/routes/session.ts';
import type { ApiOptions } from '../src/server/options.ts';
import { createServer } from '../src/server/server.ts';

/** Response to a request that was sent as written: no client adds or removes a header. */
interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** Request as it is sent. */
export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Keys of the server by scope. */
export const SERVER_KEYS = {
  read: 'reading-key-of-the-tests',
  write: 'writing-key-of-the-tests',
} as const;

const LOCKED: readonly ApiKey[] = [
  { key: SERVER_KEYS.read, scope: 'read' },
  { key: SERVER_KEYS.write, scope: 'write' },
];

/** The tests of origins send more requests than the limits permit. */
const UNLIMITED: RateLimits = { countRequest: async () => {}, countRefusedKey: async () => {} };
const silentLog: Log = { info: noop, warn: noop, error: noop };

/** Access rules, session routes and a probe route (`/api/probe`) over in-memory sessions, on a free loopback port. */
export async function openAccessServer(options: Partial<ApiOptions> = {}) {
  const { keys = LOCKED, corsOrigins = [], ...rest } = options;
  const app = await createServer(
    { log: silentLog, metrics: { refusals: { inc: noop } } as never },
    { keys, ...rest },
  );
  app.decorateRequest('apiKey');
  const sessions = new Map();
  const rules = {
    ring: createKeyRing(keys),
    sessions: createMemorySessions(Date.now, () => sessions),
    corsOrigins,
    rateLimits: UNLIMITED,
  };
  await registerCors(app, rules);
  registerAuth(app, rules);
  await registerSessionRoutes(app, {
    ...rules,
    version: '1.2.3',
    timeFactor: 1,
    clock: realClock,
    studio: false,
  });
  app.get('/api/probe', async () => ({ read: true }));
  app.post('/api/probe', async () => ({ changed: true }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  const send = (request: RawRequest) => sendRaw(port, request);
  return { port, send, sessions, logIn: () => logIn(send) };
}

/** Logs in without a browser. @returns the cookie header of the session */
async function logIn(send: (request: RawRequest) => Promise<RawResponse>): Promise<string> {
  const { headers } = await send({
    method: 'POST',
    path: '/api/session',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key: SERVER_KEYS.write }),
  });
  return String(headers['set-cookie']).split(';')[0] ?? '';
}

function sendRaw(port: number, { method = 'GET', path = '/api/probe', headers = {}, body }: RawRequest) {
  return new Promise<RawResponse>((resolve, reject) => {
    const request = sendHttp({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.on('error', reject).end(body);
  });
}

function noop(): void {}
