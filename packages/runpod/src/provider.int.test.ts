import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import type { Submission } from '@trainyard/application';
import { afterEach, describe, expect, it } from 'vitest';
import { createRunPodProvider, LONGEST_RUN_BODY_BYTES } from './provider.ts';

const open: Server[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Reply = (response: ServerResponse, request: IncomingMessage) => void;

/** A real server that passes each received request to `reply` and records it. */
async function serving(reply: Reply): Promise<{ baseUrl: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      reply(response, request);
    });
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2`, seen };
}

function json(body: string, status = 200, headers: Record<string, string> = {}): Reply {
  return (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}

const submission = {
  endpointId: 'ep1',
  input: { workflow: { '2': {} }, note: 'the-private-input' },
  webhookUrl: 'https://here/webhook?token=the-token',
  executionTimeoutMs: 7_200_000,
  ttlMs: 30_600_000,
};

function provider(baseUrl: string, timeoutMs = 5_000) {
  return createRunPodProvider({ apiKey: 'the-key', baseUrl, timeoutMs });
}

describe('a submission over a real connection', () => {
  it('sends input, webhook and policy with the key exactly once', async () => {
    const { baseUrl, seen } = await serving(json('{"id":"run-1","status":"IN_QUEUE"}'));
    expect(await provider(`${baseUrl}/`).submit(submission)).toEqual({ kind: 'accepted', runId: 'run-1' });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/v2/ep1/run' });
    expect(seen[0]?.headers.authorization).toBe('Bearer the-key');
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      input: submission.input,
      webhook: submission.webhookUrl,
      policy: { executionTimeout: 7_200_000, ttl: 30_600_000 },
    });
  });

  it('checks its submit window again on the open connection and then sends no request', async () => {
    const { baseUrl, seen } = await serving(json('{"id":"run-1","status":"IN_QUEUE"}'));
    const [server] = open;
    let bytes = 0;
    let connected = false;
    const connection = new Promise((resolve) =>
      server?.once('connection', (socket) => {
        connected = true;
        socket.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        socket.once('close', resolve);
      }),
    );
    const asked: boolean[] = [];
    const held = await provider(baseUrl).submit(submission, () => {
      asked.push(connected);
      return false;
    });
    expect(held).toMatchObject({ kind: 'not_sent', reason: 'unreachable' });
    await connection;
    expect({ asked, bytes, seen }).toEqual({ asked: [true], bytes: 0, seen: [] });
    expect(await provider(baseUrl).submit(submission, () => true)).toMatchObject({ kind: 'accepted' });
  });

  it.each<[string, Reply]>([
    ['a reset', (response) => response.socket?.resetAndDestroy()],
    ['a close without an answer', (response) => response.socket?.destroy()],
    [
      'half a response',
      (response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"id":"ru');
        setTimeout(() => response.socket?.destroy(), 20);
      },
    ],
    [
      'a page of HTML',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>ok</html>'),
    ],
    ['an empty object', json('{}')],
    ['a status without an id', json('{"status":"IN_QUEUE"}')],
    [
      'an HTML 502',
      (response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>'),
    ],
    // `fetch` itself repeats a request after a 421.
    ['a misdirected request', (response) => response.writeHead(421).end()],
    [
      'a redirect to a different host',
      (response) => response.writeHead(307, { location: '/v2/ep1/elsewhere' }).end(),
    ],
  ])('is unclear after %s, and is not repeated', async (_, reply) => {
    const { baseUrl, seen } = await serving(reply);
    const answer = await provider(baseUrl).submit(submission);
    expect(answer.kind).toBe('unclear');
    expect(seen).toHaveLength(1);
    expectNoSecrets(answer);
  });

  it('is unclear when no response arrives in time', async () => {
    const { baseUrl, seen } = await serving(() => undefined);
    const answer = await provider(baseUrl, 150).submit(submission);
    expect(answer).toEqual({ kind: 'unclear', message: 'no response within 150 ms' });
    expect(seen).toHaveLength(1);
  });

  it('is not sent when the port is closed or the host does not exist', async () => {
    const { baseUrl } = await serving(json('{}'));
    for (const server of open.splice(0)) await new Promise((resolve) => server.close(resolve));
    expect(await provider(baseUrl).submit(submission)).toMatchObject({
      kind: 'not_sent',
      reason: 'unreachable',
    });
    expect(await provider('http://nowhere.invalid/v2').submit(submission)).toMatchObject({
      kind: 'not_sent',
    });
  });

  it('is not sent when no connection opens in time', async () => {
    // The server accepts the TCP connection and never answers the TLS handshake.
    const silent = createTcpServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    expect(await provider(`https://127.0.0.1:${port}/v2`, 150).submit(submission)).toEqual({
      kind: 'not_sent',
      reason: 'unreachable',
      message: 'RunPod cannot be reached: no response within 150 ms',
    });
    silent.close();
  });

  it.each([
    ['a key in typographic quotation marks', '\u201crpa_0123456789ABCDEF\u201d', undefined],
    ['a key with a character without width', 'rpa_0123456789\u200bABCDEF', undefined],
    ['a key with a line feed', 'rpa_0123456789\nABCDEF', undefined],
    ['a blocked port', 'rpa_0123456789ABCDEF', 'http://127.0.0.1:1/v2'],
  ])('is refused as a fault of the account with %s, and no byte is sent', async (_, apiKey, url) => {
    const { baseUrl, seen } = await serving(json('{"id":"run-1","status":"IN_QUEUE"}'));
    const unsendable = createRunPodProvider({ apiKey, baseUrl: url ?? baseUrl });
    const setting = url === undefined ? 'MODEL_TRAINING_RUNPOD_API_KEY' : 'RUNPOD_ENDPOINT_BASE_URL';
    const message = expect.stringContaining(setting);
    const refused = await unsendable.submit(submission);
    expect(refused).toEqual({ kind: 'refused', scope: 'account', message });
    expect(await unsendable.observe('ep1', 'run-1')).toEqual({ kind: 'denied', scope: 'account', message });
    expect(await unsendable.health('ep1')).toEqual({ kind: 'denied', scope: 'account', message });
    expect(JSON.stringify(refused)).not.toContain('rpa_');
    expect(seen).toEqual([]);
  });

  it('is not sent when the rate is limited', async () => {
    const { baseUrl } = await serving(json('{"error":"slow down"}', 429, { 'retry-after': '3' }));
    expect(await provider(baseUrl).submit(submission)).toMatchObject({
      kind: 'not_sent',
      retryAfterMs: 3_000,
    });
  });

  it('keeps key, input and token out of messages, even when the response quotes them', async () => {
    const quoted = JSON.stringify({ error: `bad request: Bearer the-key, ${submission.webhookUrl}` });
    for (const status of [200, 400, 401, 404, 500]) {
      const { baseUrl } = await serving(json(quoted, status));
      expectNoSecrets(await provider(baseUrl).submit(submission));
    }
  });

  it('rejects a body over 10 MiB before sending, and sends a body of 10 MiB', async () => {
    const { baseUrl, seen } = await serving(json('{"id":"run-1","status":"IN_QUEUE"}'));
    const empty = Buffer.byteLength(seenBody({ ...submission, input: { a: '' } }));
    const filled = (bytes: number) => ({ ...submission, input: { a: 'x'.repeat(bytes - empty) } });
    expect(await provider(baseUrl).submit(filled(LONGEST_RUN_BODY_BYTES + 1))).toMatchObject({
      kind: 'refused',
      scope: 'request',
    });
    expect(seen).toHaveLength(0);
    expect(await provider(baseUrl).submit(filled(LONGEST_RUN_BODY_BYTES))).toMatchObject({
      kind: 'accepted',
    });
    expect(Buffer.byteLength(seen[0]?.body ?? '')).toBe(LONGEST_RUN_BODY_BYTES);
  });

  it.each(['../x', 'https://api.runpod.ai/v2/abc123/run', '"abc123"', ''])(
    'rejects the endpoint id «%s» as a fault of the endpoint',
    async (endpointId) => {
      const { baseUrl, seen } = await serving(json('{"id":"run-1"}'));
      const message = expect.stringContaining('MODEL_TRAINING_RUNPOD_ENDPOINT_ID');
      const fault = { scope: 'endpoint', message };
      expect(await provider(baseUrl).submit({ ...submission, endpointId })).toEqual({
        kind: 'refused',
        ...fault,
      });
      expect(await provider(baseUrl).health(endpointId)).toEqual({ kind: 'denied', ...fault });
      expect(seen).toHaveLength(0);
    },
  );
});

describe('a poll over a real connection', () => {
  it('reads a run with numbers beyond 2^53', async () => {
    const body =
      '{"id":"run-1","status":"IN_PROGRESS","delayTime":9007199254740993123,"output":{"step":3,"total":10}}';
    const { baseUrl, seen } = await serving(json(body));
    expect(await provider(baseUrl).observe('ep1', 'run-1')).toMatchObject({
      kind: 'live',
      progress: { step: 3 },
    });
    expect(seen[0]).toMatchObject({ method: 'GET', url: '/v2/ep1/status/run-1' });
  });

  it('is unavailable when the connection breaks or the port is closed', async () => {
    const { baseUrl } = await serving((response) => response.socket?.resetAndDestroy());
    expect((await provider(baseUrl).observe('ep1', 'run-1')).kind).toBe('unavailable');
    expect((await provider('http://nowhere.invalid').cancel('ep1', 'run-1')).kind).toBe('unavailable');
    expect((await provider('http://nowhere.invalid').health('ep1')).kind).toBe('unavailable');
  });

  it('acknowledges a cancel only after the confirmation of RunPod', async () => {
    const acknowledged = await serving(json('{"id":"run-1","status":"CANCELLED"}'));
    expect(await provider(acknowledged.baseUrl).cancel('ep1', 'run-1')).toEqual({ kind: 'acknowledged' });
    expect(acknowledged.seen[0]).toMatchObject({ method: 'POST', url: '/v2/ep1/cancel/run-1' });
    const html = await serving((response) => response.writeHead(200).end('<html/>'));
    expect((await provider(html.baseUrl).cancel('ep1', 'run-1')).kind).toBe('unavailable');
    const error = await serving(json('{"error":"try again"}'));
    expect((await provider(error.baseUrl).cancel('ep1', 'run-1')).kind).toBe('unavailable');
    const gone = await serving(json('{"error":"job not found"}', 404));
    expect((await provider(gone.baseUrl).cancel('ep1', 'run-1')).kind).toBe('missing');
  });

  it('reads the health of an endpoint', async () => {
    const { baseUrl, seen } = await serving(
      json('{"jobs":{"inQueue":1,"inProgress":2},"workers":{"running":2}}'),
    );
    expect(await provider(baseUrl).health('ep1')).toMatchObject({
      kind: 'health',
      health: { jobs: { inQueue: 1, inProgress: 2, completed: 0 }, workers: { running: 2 } },
    });
    expect(seen[0]?.url).toBe('/v2/ep1/health');
  });
});

function seenBody({ input, webhookUrl, executionTimeoutMs, ttlMs }: Submission): string {
  const policy = { executionTimeout: executionTimeoutMs, ttl: ttlMs };
  return JSON.stringify({ input, webhook: webhookUrl, policy });
}

function expectNoSecrets(answer: unknown): void {
  const said = JSON.stringify(answer);
  for (const secret of ['the-key', 'the-token', 'the-private-input']) expect(said).not.toContain(secret);
}
