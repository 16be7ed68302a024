import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
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

/** Starts the process as in production, with a Redis of these settings. */
async function started(app: 'dispatcher' | 'reconciler', settings: TestRedisOptions['settings'] = {}) {
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
