import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createWebhookToken, type Log } from '@trainyard/application';
import { openObjectStore } from '@trainyard/storage';
import { getSharedRedis } from '@trainyard/testing/redis';
import {
  openSimulatedTestSystem,
  openTestSystem as openSystem,
  type TestSystem as System,
  type TestSystemOptions as SystemOptions,
} from '@trainyard/testing/system';
import type { LightMyRequestResponse } from 'fastify';
import { onTestFinished } from 'vitest';
import { type ApiOptions, createApi, createWebhookApi, toApiDeps, toApiOptions } from '../src/index.ts';
import { writeCatalogue } from './catalogue.ts';
import { expectDocumented } from './documented.ts';

/** Webhook secret of the test systems. */
export const SECRET = 'a-webhook-secret-of-the-tests';

/** API keys of the test systems by scope. */
export const KEYS = {
  read: 'reading-key-of-the-tests',
  write: 'writing-key-of-the-tests',
  admin: 'admin-key-of-the-tests',
} as const;

interface Line {
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The API on a real Redis and a folder with a small catalogue. Trainings stay queued unless a test starts workers. */
export interface TestSystem extends Pick<System, 'redis' | 'deps' | 'open' | 'storeDir'> {
  readonly app: Awaited<ReturnType<typeof createApi>>;
  readonly webhooks: Awaited<ReturnType<typeof createWebhookApi>>;
  /** Logged events. */
  readonly lines: readonly Line[];
  /** Sends a request from localhost with the API key of the options. */
  call(method: Method, url: string, body?: unknown, headers?: Headers): Promise<LightMyRequestResponse>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Headers = Readonly<Record<string, string>>;

/** Options of {@link openTestSystem}. */
export interface TestSystemOptions extends Partial<ApiOptions> {
  readonly env?: Readonly<Record<string, string>>;
  /** Scope of the API key that `call` sends; without it the API requires no key. */
  readonly as?: keyof typeof KEYS;
  /** Starts a Redis for this system alone, for tests that kill it or change its configuration. */
  readonly ownRedis?: boolean;
}

/**
 * Opens the API and closes it when the test ends. The systems of a test file share a Redis, which is emptied here; a test
 * therefore uses only the system that it opened last.
 */
export async function openTestSystem(options: TestSystemOptions = {}): Promise<TestSystem> {
  const lines: Line[] = [];
  const system = await openSystem({ ...(await toSystemOptions(options)), log: createRecordingLog(lines) });
  onTestFinished(system.close);
  return serveApi(system, options, lines);
}

type SimulatorSettings = NonNullable<NonNullable<Parameters<typeof openSimulatedTestSystem>[0]>['simulator']>;

/**
 * Opens API, dispatcher and reconciler in one process against the simulator, 60 times faster than real time. Webhooks of the
 * simulator reach the API.
 */
export async function openFullSystem(
  env: Readonly<Record<string, string>> = {},
  simulator: SimulatorSettings = {},
): Promise<TestSystem> {
  const lines: Line[] = [];
  let publicUrl = 'http://127.0.0.1:9';
  const system = await openSimulatedTestSystem({
    ...(await toSystemOptions({ env: { GPU_TYPE: 'A100', ...env } })),
    log: createRecordingLog(lines),
    publicUrl: () => publicUrl,
    workers: ['dispatcher', 'reconciler'],
    simulator: { coldStartMs: 5_000, pictures: false, ...simulator },
  });
  onTestFinished(system.close);
  const served = await serveApi(system, {}, lines);
  publicUrl = await served.webhooks.listen({ host: '127.0.0.1', port: 0 });
  return served;
}

let catalogueFiles: Promise<ReadonlyMap<string, Buffer>> | undefined;

/** Creates an object store with the catalogue. The store writes it once per worker; copies need no durable writes. */
async function createStoreDir(): Promise<string> {
  catalogueFiles ??= loadCatalogueFiles();
  const dir = await mkdtemp(join(tmpdir(), 'trainyard-api-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const files = [...(await catalogueFiles)].map(([path, bytes]) => ({ path: join(dir, path), bytes }));
  for (const folder of new Set(files.map(({ path }) => dirname(path))))
    await mkdir(folder, { recursive: true });
  await Promise.all(files.map(({ path, bytes }) => writeFile(path, bytes)));
  return dir;
}

async function loadCatalogueFiles(): Promise<ReadonlyMap<string, Buffer>> {
  const dir = await mkdtemp(join(tmpdir(), 'trainyard-api-catalogue-'));
  const store = await openObjectStore(`file:${dir}`);
  await writeCatalogue(store);
  await store.close();
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
  const files = await Promise.all(
    paths.map(async (path) => [path.slice(dir.length + 1), await readFile(path)] as const),
  );
  await rm(dir, { recursive: true, force: true });
  return new Map(files);
}

async function toSystemOptions({ env, as, ownRedis = false }: TestSystemOptions): Promise<SystemOptions> {
  return {
    ...(!ownRedis && { redis: await getSharedRedis() }),
    storeDir: await createStoreDir(),
    env: {
      GATEWAY_BASE_URL: 'https://train.example.com',
      WEBHOOK_SECRET: SECRET,
      ...toKeySettings(as),
      ...env,
    },
  };
}

function toKeySettings(as: TestSystemOptions['as']) {
  const keys = Object.entries(KEYS).map(([scope, key]) => `${scope}:${key}`);
  return as === undefined ? {} : { API_KEYS: keys.join(',') };
}

async function serveApi(
  { deps, open, redis, settings, storeDir }: System,
  { env: _, as, ownRedis: __, ...overrides }: TestSystemOptions,
  lines: readonly Line[],
): Promise<TestSystem> {
  const parts = { deps: toApiDeps(open), options: { ...toApiOptions(settings), ...overrides } };
  const [app, webhooks] = await Promise.all([createApi(parts), createWebhookApi(parts)]);
  onTestFinished(async () => {
    await app.close();
    await webhooks.close();
  });
  const bearer = as === undefined ? {} : { authorization: `Bearer ${KEYS[as]}` };
  return {
    ...{ redis, deps, open, storeDir, app, webhooks, lines },
    call: async (method, url, body, headers = {}) => {
      const response = await app.inject({
        method,
        url,
        headers: { host: 'localhost:8787', ...bearer, ...headers },
        ...(body !== undefined && { payload: body as object }),
      });
      expectDocumented(app.swagger(), { method, url }, response);
      return response;
    },
  };
}

function createRecordingLog(lines: Line[]): Log {
  const write = (event: string, fields = {}) => void lines.push({ event, fields });
  return { info: write, warn: write, error: write };
}

/** Path of the webhook URL of an attempt. */
export function toWebhookPath(
  trainingId: string,
  attempt = 1,
  token = createWebhookToken(SECRET, trainingId, attempt),
): string {
  return `/core/training-webhooks/runpod-serverless?${new URLSearchParams({ training: trainingId, attempt: String(attempt), token })}`;
}
