import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STUDIO_DIR, startApi, toApiDeps, toApiOptions } from '@trainyard/api';
import type { SampleOptions } from '@trainyard/cli';
import { writeSampleCatalogue } from '@trainyard/cli';
import { type CloseStack, createLog, openAll } from '@trainyard/runtime';
import { openObjectStore } from '@trainyard/storage';
import { openSimulatedTestSystem, type SimulatedTestSystem } from '../system/index.ts';

/** API keys of a studio with keys, by scope. */
export const STUDIO_KEYS = {
  read: 'reading-key-of-the-studio',
  write: 'writing-key-of-the-studio',
  admin: 'admin-key-of-the-studio',
} as const;

/** Options of the system behind the pages of a test file. */
export interface StudioOptions {
  /** True for an API that requires a key; by default every request of this machine has full access. */
  readonly keys?: boolean;
  /** Factor by which the system is faster than real time; 60 by default: a minute lasts a second. */
  readonly timeFactor?: number;
  /** Duration of a run in scaled ms; 10 min by default. */
  readonly runMs?: number;
  /** Start of a worker in scaled ms; 5 s by default. */
  readonly coldStartMs?: number;
  /** Environment variables that replace the defaults. */
  readonly env?: Readonly<Record<string, string>>;
  /** The catalogue; the sample of the demo in small pictures by default. */
  readonly sample?: SampleOptions;
  /** Workers that run; both by default. Without them trainings stay queued. */
  readonly workers?: readonly ('dispatcher' | 'reconciler')[];
}

/** API, dispatcher, reconciler and simulator in one process on a Redis of their own, with a painted catalogue. */
export interface StudioSystem extends Omit<SimulatedTestSystem, 'close'> {
  /** Port of the API on 127.0.0.1. */
  readonly port: number;
  readonly url: string;
}

const SMALL_PICTURE_PX = 48;
const silentLog = createLog({ name: 'studio', level: 'silent' });

/** Opens the system with the built studio. Closes whatever was opened when a later part throws. */
export function openStudioSystem(options: StudioOptions): Promise<StudioSystem & { close(): Promise<void> }> {
  return openAll(silentLog, async ({ register }) => {
    const storeDir = await writeCatalogue(options, { register });
    const {
      timeFactor = 60,
      runMs = 600_000,
      coldStartMs = 5_000,
      workers = ['dispatcher', 'reconciler'],
    } = options;
    const system = register(
      'system',
      await openSimulatedTestSystem({
        storeDir,
        workers,
        env: toEnvironment(options, timeFactor),
        simulator: { coldStartMs, pace: { durationMs: runMs } },
      }),
      (each) => each.close(),
    );
    const { settings, open } = system;
    const parts = {
      deps: toApiDeps(open, settings),
      options: { ...toApiOptions(settings), studioDir: STUDIO_DIR },
    };
    const api = register('api', await startApi({ ...parts, host: '127.0.0.1', port: 0 }), (each) =>
      each.close(),
    );
    return { ...system, url: api.url, port: Number(new URL(api.url).port) };
  });
}

async function writeCatalogue(
  { sample }: StudioOptions,
  { register }: Pick<CloseStack, 'register'>,
): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'trainyard-studio-'));
  register('folder', dir, (path) => rm(path, { recursive: true, force: true }));
  const store = await openObjectStore(`file:${dir}`);
  await writeSampleCatalogue(store, { sizePx: SMALL_PICTURE_PX, ...sample });
  await store.close();
  return dir;
}

/** A single person opens many pages: the limits of requests would stop the tests of a file. */
function toEnvironment({ keys = false, env }: StudioOptions, timeFactor: number) {
  const list = Object.entries(STUDIO_KEYS).map(([scope, key]) => `${scope}:${key}`);
  return {
    GPU_TYPE: 'A100',
    BUDGET_MONTH_USD: '150',
    WEBHOOK_SECRET: 'a-webhook-secret-of-the-studio',
    TIME_FACTOR: String(timeFactor),
    RATE_LIMIT_PER_ADDRESS: '100000',
    RATE_LIMIT_PER_KEY: '100000',
    ...(keys && { API_KEYS: list.join(',') }),
    ...env,
  };
}
