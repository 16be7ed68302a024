import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeSampleCatalogue } from '../../../apps/cli/src/sample/write-sample-catalogue.ts';
import { newS3Store } from '../../../packages/storage/test/stores.ts';
import { freePort } from '../../../packages/testing/src/redis/index.ts';
import { type ComposeProject, createComposeProject } from './compose-project.ts';

const KEY = 'container-test-key-0123456789';
const BUCKET = 'trainyard';
const credentials = { accessKeyId: 'trainyard-test', secretAccessKey: 'trainyard-test-secret' };
const POLL = { timeout: 60_000, interval: 500 };

let project: ComposeProject;
let baseUrl: string;
let tlsUrl: string;

beforeAll(async () => {
  const [apiPort, s3Port, tlsPort] = [await freePort(), await freePort(), await freePort()];
  baseUrl = `http://127.0.0.1:${apiPort}`;
  tlsUrl = `https://127.0.0.1:${tlsPort}`;
  project = createComposeProject({
    apiPort,
    s3Port,
    tlsPort,
    env: {
      MODEL_TRAINING_RUNPOD_API_KEY: 'simulator-key',
      RUNPOD_API_KEY: 'simulator-key',
      MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'compose',
      RUNPOD_ENDPOINT_BASE_URL: 'http://simulator:8790/v2',
      OBJECT_STORE_URL: `s3://${BUCKET}`,
      S3_ENDPOINT: 'http://storage:5000',
      S3_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      API_KEYS: `admin:${KEY}`,
      WEBHOOK_SECRET: 'container-test-secret-0123456789',
      NGROK_AUTHTOKEN: 'container-test-token',
      GATEWAY_BASE_URL: 'http://api:8787',
      SIMULATOR_ENDPOINT_IDS: 'compose',
      SIMULATOR_COLD_START_MS: '500',
      SIMULATOR_RUN_MS: '2000',
    },
  });
  await project.compose('up', '-d', '--no-build', 'storage');
  await writeSample(`http://127.0.0.1:${s3Port}`);
  await project.compose('up', '-d', '--no-build', '--scale', 'dispatcher=3');
  await project.waitUntilHealthy();
});
afterAll(async () => {
  await project?.remove();
  expect(await project?.listContainers()).toEqual([]);
});

describe('the compose file', () => {
  it('trains every eligible actor with three dispatchers and two slots', async () => {
    const batch = await call('POST', '/api/auto-train/runs', { all: true });
    await expect
      .poll(() => call('GET', `/api/auto-train/runs/${batch['id']}`), POLL)
      .toMatchObject({
        status: 'ended',
        summary: { processed: 7, successful: 7, failed: 0 },
      });
    expect(await call('GET', '/api/slots')).toMatchObject({
      max_concurrency: 2,
      in_use: [],
      waiting_count: 0,
    });
  });

  it('serves the studio, whose build is its only part in the image', async () => {
    const read = (path: string) => fetch(`${baseUrl}${path}`, { headers: { accept: 'text/html' } });
    const page = await read('/actors');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text()) ?? [];
    const asset = await read(script);
    expect([asset.status, asset.headers.get('cache-control')]).toEqual([
      200,
      'public, max-age=31536000, immutable',
    ]);
    const listing = [
      'exec',
      '-T',
      'api',
      'sh',
      '-c',
      'ls apps/web; ls -d node_modules/react || true',
    ] as const;
    expect((await project.compose(...listing)).trim().split('\n')).toEqual(['dist', 'package.json']);
  });

  it.each(['redis', 'dispatcher', 'reconciler', 'api'])(
    'completes a training while %s is restarted',
    async (service) => {
      const body = { kind: 'actor', subject_id: '0019', force: true };
      const { id } = await call('POST', '/api/trainings', body);
      await project.compose('restart', service);
      await project.waitUntilHealthy();
      await expect
        .poll(() => call('GET', `/api/trainings/${id}`), POLL)
        .toMatchObject({ status: 'completed' });
    },
  );

  it('runs the doctor beside the processes', async () => {
    const report = await project.compose('run', '--rm', '-T', 'cli', 'doctor');
    expect(report).toContain('Redis');
  });

  it('gives a process no secret that it does not use', async () => {
    const secrets = ['API_KEYS', 'NGROK_AUTHTOKEN', 'TRAINYARD_API_KEY', 'WEBHOOK_SECRET'];
    const readSecrets = async (service: string) => {
      const script = `console.log(${JSON.stringify(secrets)}.filter((name) => process.env[name]).join())`;
      return (await project.compose('exec', '-T', service, 'node', '-e', script)).trim();
    };
    expect(await readSecrets('api')).toBe('API_KEYS,NGROK_AUTHTOKEN,WEBHOOK_SECRET');
    expect(await readSecrets('dispatcher')).toBe('WEBHOOK_SECRET');
    expect(await readSecrets('reconciler')).toBe('');
  });

  it('serves the API behind TLS with a Secure session cookie, and webhooks on their own port', async () => {
    const login = await callTls('POST', '/api/session', { key: KEY });
    expect(login.headers['set-cookie']?.[0]).toMatch(/; Secure/);
    const webhook = await callTls('POST', '/core/training-webhooks/runpod-serverless', {});
    expect(webhook.statusCode).toBe(401);
    expect(await project.compose('logs', '--no-color', 'proxy')).toContain(
      '/core/training-webhooks/runpod-serverless 401',
    );
  });
});

/** Creates the bucket with the sample catalogue of the demo once the server answers. */
async function writeSample(endpoint: string): Promise<void> {
  const server = { endpoint, ...credentials, stop: async () => undefined };
  await vi.waitFor(() => fetch(endpoint), POLL);
  const { port: store, close } = await newS3Store(server, '', BUCKET);
  await writeSampleCatalogue(store);
  await close();
}

/** Sends a request to the proxy, whose certificate no authority signed. */
async function callTls(method: string, path: string, body: unknown): Promise<IncomingMessage> {
  const headers = { 'content-type': 'application/json' };
  const sent = request(`${tlsUrl}${path}`, { method, headers, rejectUnauthorized: false });
  sent.end(JSON.stringify(body));
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  return answer;
}

async function call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(`${baseUrl}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${KEY}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}
