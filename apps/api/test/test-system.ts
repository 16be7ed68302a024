import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWebhookToken, type Log } from '@trainyard/application';
import { startTestRedis, type TestRedis } from '@trainyard/testing/redis';
import { type OpenDeps, openDeps, readSettings } from '@trainyard/runtime';
import type { LightMyRequestResponse } from 'fastify';
import { onTestFinished } from 'vitest';
import { type ApiOptions, createApi, createWebhookApi, toApiDeps, toApiOptions } from '../src/index.ts';
import { writeCatalogue } from './catalogue.ts';

export const SECRET = 'a-webhook-secret-of-the-tests';
export const KEYS = {
  read: 'reading-key-of-the-tests',
  write: 'writing-key-of-the-tests',
  admin: 'admin-key-of-the-tests',
} as const;

interface Line {
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The API on a real Redis and a folder with a small catalogue; nothing dispatches unless a test starts it. */
export interface TestSystem {
  readonly redis: TestRedis;
  readonly deps: OpenDeps['deps'];
  readonly open: OpenDeps;
  readonly app: Awaited<ReturnType<typeof createApi>>;
  readonly webhooks: Awaited<ReturnType<typeof createWebhookApi>>;
  /** What was logged. */
  readonly lines: readonly Line[];
  call(method: Method, url: string, body?: unknown, headers?: Headers): Promise<LightMyRequestResponse>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Headers = Readonly<Record<string, string>>;

export interface TestSystemOptions extends Partial<ApiOptions> {
  readonly env?: Readonly<Record<string, string>>;
  /** Which key `call` bears; none without it. */
  readonly as?: keyof typeof KEYS;
  /** The folder of the object store; a new one without it. */
  readonly folder?: string;
  /** The address that RunPod calls back. */
  readonly publicUrl?: () => string;
}

/** Opens a house of the test's own; all of it is closed at the test's end. */
export async function openTestSystem(options: TestSystemOptions = {}): Promise<TestSystem> {
  const redis = await startTestRedis();
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'trainyard-api-')));
  const { env: _, folder: __, as, publicUrl, ...overrides } = options;
  const lines: Line[] = [];
  const settings = createSettings(redis, folder, options);
  const open = await openDeps(settings, { log: createRecordingLog(lines), ...(publicUrl && { publicUrl }) });
  await writeCatalogue(open.deps.objects);
  const parts = {
    deps: toApiDeps(open),
    options: { ...toApiOptions(settings), ...overrides },
  };
  const [app, webhooks] = await Promise.all([createApi(parts), createWebhookApi(parts)]);
  onTestFinished(async () => {
    await app.close();
    await webhooks.close();
    await open.close();
    await redis.close();
    await rm(folder, { recursive: true, force: true });
  });
  const bearer = as === undefined ? {} : { authorization: `Bearer ${KEYS[as]}` };
  return {
    redis,
    deps: open.deps,
    open,
    app,
    webhooks,
    lines,
    call: (method, url, body, headers = {}) =>
      app.inject({
        method,
        url,
        headers: { host: 'localhost:8787', ...bearer, ...headers },
        ...(body !== undefined && { payload: body as object }),
      }),
  };
}

function toKeySettings(as: TestSystemOptions['as']) {
  return as === undefined
    ? {}
    : {
        API_KEYS: Object.entries(KEYS)
          .map(([scope, key]) => `${scope}:${key}`)
          .join(','),
      };
}

function createSettings(redis: TestRedis, folder: string, { env, as }: TestSystemOptions) {
  return readSettings({
    MODEL_TRAINING_RUNPOD_API_KEY: 'runpod-key-of-the-tests',
    MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'ep1',
    REDIS_URL: redis.url,
    OBJECT_STORE_URL: `file:${folder}`,
    GATEWAY_BASE_URL: 'https://train.example.com',
    WEBHOOK_SECRET: SECRET,
    ...toKeySettings(as),
    ...env,
  });
}

function createRecordingLog(lines: Line[]): Log {
  const write = (event: string, fields = {}) => void lines.push({ event, fields });
  return { info: write, warn: write, error: write };
}

/** The address that RunPod is given for an attempt. */
export function toWebhookPath(
  trainingId: string,
  attempt = 1,
  token = createWebhookToken(SECRET, trainingId, attempt),
): string {
  return `/core/training-webhooks/runpod-serverless?${new URLSearchParams({ training: trainingId, attempt: String(attempt), token })}`;
}
