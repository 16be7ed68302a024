import { request as sendHttp } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createServer } from '../src/server/server.ts';
import { type ApiProcess, type Connection, startApiProcess } from './api-process.ts';
import { toWebhookPath } from './test-system.ts';

const KEY = 'admin:a-key-of-the-tests';
const HOST = 'host: 127.0.0.1\r\n';

function toHead(path: string, headers = ''): string {
  return `POST ${path} HTTP/1.1\r\n${HOST}content-type: application/json\r\ncontent-length: 5000\r\n${headers}\r\n`;
}

/** Sends a byte every 50 ms until the connection is closed. */
function trickle({ socket }: Connection): void {
  const timer = setInterval(() => socket.write('x'), 50);
  socket.once('close', () => clearInterval(timer));
  onTestFinished(() => clearInterval(timer));
}

describe('a request that arrives slowly', () => {
  it('is closed after the request timeout, with 408 when it has no response yet', async () => {
    const api = await startApiProcess({ REQUEST_TIMEOUT_SECONDS: '1' });
    const requests = [
      ['408', toHead('/api/trainings')],
      ['408', toHead(toWebhookPath('t1'))],
      ['404', toHead('/api/unknown')],
      ['408', `POST /api/trainings HTTP/1.1\r\n${HOST}x-slow: `],
      ['401', toHead(toWebhookPath('t1', 1, 'wrong'))],
    ] as const;
    const answers = requests.map(([, bytes]) => {
      const connection = api.connect(bytes);
      trickle(connection);
      return connection.closed;
    });
    for (const [n, answer] of (await Promise.all(answers)).entries()) {
      const [status] = requests[n]!;
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      if (status === '408') expect(answer).toContain('"code":"request_timeout"');
    }
  });
});

describe('a handler that takes too long', () => {
  it('is answered 503 after the timeout, with and without a body', async () => {
    const log = { info: noop, warn: noop, error: noop };
    const metrics = { refusals: { inc: noop } } as never;
    const app = await createServer({ log, metrics }, { keys: [], limits: { requestTimeoutMs: 100 } });
    app.route({ method: ['GET', 'POST'], url: '/slow', handler: () => new Promise(noop) });
    const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/slow`;
    onTestFinished(() => app.close());
    const headers = { 'content-type': 'application/json' };
    for (const init of [{}, { method: 'POST' }, { method: 'POST', headers, body: '{"a": 1}' }]) {
      const answer = await fetch(url, init);
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
        503,
        'response_timeout',
      ]);
    }
  });
});

function noop(): void {}

describe('hundreds of slow connections', () => {
  const openSlow = (api: ApiProcess, count: number) =>
    Array.from({ length: count }, (_, n) => {
      const kinds = [
        '',
        `GET /livez HTTP/1.1\r\n${HOST}`,
        toHead('/api/trainings'),
        toHead(toWebhookPath(`t${n}`)),
      ];
      const connection = api.connect(kinds[n % kinds.length]);
      if (n % 3 === 0) trickle(connection);
      return connection;
    });

  it('shut no other caller out, and cut neither streams nor requests that have arrived', async () => {
    const api = await startApiProcess({ CONNECTIONS_PER_PROCESS: '60', API_KEYS: KEY });
    const authorization = `authorization: Bearer ${KEY.slice(6)}\r\n`;
    const stream = api.connect(`GET /api/stream HTTP/1.1\r\n${HOST}${authorization}\r\n`);
    await expect.poll(stream.text).toContain('event: ready');
    const slow = openSlow(api, 400);
    const statuses = [];
    for (const path of ['/readyz', '/livez', '/readyz', '/api/dispatch', '/api/trainings'])
      statuses.push(await getStatus(`${api.url}${path}`));
    expect(statuses).toEqual([200, 200, 200, 200, 200]);
    await expect.poll(() => slow.filter(({ socket }) => socket.destroyed).length).toBeGreaterThan(300);
    expect(stream.socket.destroyed).toBe(false);
    const metrics = await fetch(`${api.url}/metrics`, {
      headers: { authorization: `Bearer ${KEY.slice(6)}` },
    });
    expect(await metrics.text()).toMatch(/trainyard_refusals_total\{limit="connections"\} [1-9]/);
  });
});

/** Sends a request over a new connection. */
function getStatus(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${KEY.slice(6)}` };
    sendHttp(url, { agent: false, headers }, (response) => {
      resolve(response.resume().statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('thirty webhooks of 20 MB', () => {
  it('are received within the budget of bodies or answered 503, while the API answers others', async () => {
    const api = await startApiProcess({ WEBHOOKS_PER_SECOND: '1000' });
    const before = await api.readPeakBytes();
    const fields = { id: 'run-1', status: 'COMPLETED', output: { loraUrl: 's3://b/k' } };
    const filler = 'x'.repeat(1_000_000);
    const input = Array.from({ length: 20 }, () => filler);
    const body = Buffer.from(JSON.stringify({ ...fields, input }));
    const answers = Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        fetch(`${api.url}${toWebhookPath(`t${n}`)}`, { method: 'POST', body }),
      ),
    );
    for (let times = 0; times < 5; times += 1) expect(await getStatus(`${api.url}/readyz`)).toBe(200);
    const statuses = (await answers).map(({ status }) => status);
    expect(statuses.length).toBe(30);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    for (const answer of (await answers).filter(({ status }) => status === 503)) {
      expect(answer.headers.get('retry-after')).toBeTruthy();
      expect(await answer.json()).toMatchObject({ code: 'body_budget_exceeded' });
    }
    expect((await api.readPeakBytes()) - before).toBeLessThan(300 * 1024 * 1024);
    const later = await fetch(`${api.url}${toWebhookPath('t31')}`, { method: 'POST', body });
    expect(later.status).toBe(200);
  });
});
