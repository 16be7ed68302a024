import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { startTestRedis, type TestRedisOptions } from '@trainyard/testing/redis';
import { describe, expect, it, onTestFinished } from 'vitest';

interface Line {
  readonly event: string;
  readonly url?: string;
  readonly error?: { readonly code?: string; readonly message?: string };
}

/** Starts the process as in production, with a Redis of these settings and a folder store unless `more` names another. */
async function started(
  app: 'dispatcher' | 'reconciler',
  settings: TestRedisOptions['settings'] = {},
  more: Readonly<Record<string, string>> = {},
) {
  const redis = await startTestRedis({ settings });
  onTestFinished(() => redis.close());
  const dir = mkdtempSync(join(tmpdir(), 'trainyard-process-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const main = join(import.meta.dirname, `../../${app}/src/main.ts`);
  const env = {
    PATH: process.env['PATH'],
    REDIS_URL: redis.url,
    OBJECT_STORE_URL: pathToFileURL(dir).href,
    MODEL_TRAINING_RUNPOD_API_KEY: 'a-key-of-the-tests',
    MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'ep',
    RUNPOD_ENDPOINT_BASE_URL: 'http://127.0.0.1:2',
    HEALTH_PORT: '0',
    ...more,
  };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const lines: Line[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line)));
  const line = async (event: string): Promise<Line> => {
    await expect.poll(() => lines.map((each) => each.event), { timeout: 60_000 }).toContain(event);
    return lines.find((each) => each.event === event)!;
  };
  return { child, ended, line };
}

describe.each(['dispatcher', 'reconciler'] as const)('the %s process', (app) => {
  it('serves its health and metrics on its own port until SIGTERM', async () => {
    const { child, ended, line } = await started(app);
    const { url } = await line('health_listening');
    await line(`${app}_started`);
    const ask = (path: string) => fetch(`${url}${path}`);
    expect(await (await ask('/livez')).json()).toEqual({ status: 'ok', reasons: [] });
    await expect.poll(async () => (await ask('/readyz')).status, { timeout: 20_000 }).toBe(200);
    const metrics = await ask('/metrics');
    expect(metrics.headers.get('content-type')).toContain('version=0.0.4');
    expect(await metrics.text()).toContain('trainyard_log_events_total');
    expect((await ask('/')).status).toBe(404);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it('refuses to start with connection settings that no request can carry, without their values', () => {
    const main = join(import.meta.dirname, `../../${app}/src/main.ts`);
    const env = {
      PATH: process.env['PATH'],
      REDIS_URL: '"redis://127.0.0.1:2"',
      OBJECT_STORE_URL: 'file:store',
      MODEL_TRAINING_RUNPOD_API_KEY: '\u201crpa_0123456789ABCDEF\u201d',
      MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'https://api.runpod.ai/v2/abc123/run',
      RUNPOD_ENDPOINT_BASE_URL: 'http://127.0.0.1:1/v2',
    };
    const { status, stderr } = spawnSync(process.execPath, [main], { env, encoding: 'utf8' });
    expect(status).toBe(2);
    const lines = stderr.split('\n').filter((each) => each.startsWith('trainyard: '));
    expect(lines.map((each) => each.split(' ')[1])).toEqual([
      'MODEL_TRAINING_RUNPOD_API_KEY',
      'MODEL_TRAINING_RUNPOD_ENDPOINT_ID',
      'RUNPOD_ENDPOINT_BASE_URL',
    ]);
    expect(stderr).not.toMatch(/0123456789|abc123/);
  });

  it('refuses to start with an evicting Redis and logs the reason', async () => {
    const { ended, line } = await started(app, { 'maxmemory-policy': 'allkeys-lru' });
    expect((await line('process_failed')).error).toMatchObject({
      code: 'redis_config_invalid',
      message: expect.stringContaining('maxmemory-policy is allkeys-lru'),
    });
    expect((await ended)[0]).toBe(1);
  });
});

/** Starts an S3 server without objects that answers every write with this error. @returns the settings of the store */
async function startS3(status: number, code: string, reads = 404) {
  const server = createServer((request, response) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const isBucket = /^\/models\/?(\?|$)/.test(request.url ?? '');
    request.resume().on('end', () => {
      if (isBucket && reads === 404) {
        response.writeHead(200).end();
        return;
      }
      response.writeHead(isRead ? reads : status, { 'content-type': 'application/xml' });
      const shown = isRead && reads === 404 ? 'NoSuchKey' : code;
      response.end(`<Error><Code>${shown}</Code><Message>words of the store</Message></Error>`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    OBJECT_STORE_URL: 's3://models/prefix',
    S3_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'a-secret-of-the-tests',
  };
}

describe('a process and its object store', () => {
  it('refuses to start with an object store without conditional writes, by its address and words (case 28)', async () => {
    const s3 = await startS3(501, 'NotImplemented');
    const { ended, line } = await started('dispatcher', {}, s3);
    expect((await line('process_failed')).error).toMatchObject({
      code: 'object_store_unfit',
      message: expect.stringMatching(
        new RegExp(
          `s3://models/prefix at ${s3.S3_ENDPOINT} .*If-None-Match.*NotImplemented: words of the store`,
        ),
      ),
    });
    expect((await ended)[0]).toBe(1);
  });

  it('starts while the object store answers 503, and names its words in /readyz', async () => {
    const { line } = await started('dispatcher', {}, await startS3(503, 'SlowDown', 503));
    const { url } = await line('health_listening');
    const response = await fetch(`${url}/readyz`);
    expect([response.status, await response.json()]).toEqual([
      503,
      { status: 'unavailable', reasons: [expect.stringMatching(/^object store: .*HTTP 503/)] },
    ]);
  });
});
