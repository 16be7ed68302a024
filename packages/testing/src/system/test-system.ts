import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accept, type Deps, type Log, type TrainCommand } from '@trainyard/application';
import type { Training, TrainingStatus } from '@trainyard/domain';
import { createSimulator, type Simulator, type SimulatorOptions } from '@trainyard/runpod-simulator';
import { type CloseStack, createLog, type OpenDeps, openAll, openDeps } from '@trainyard/runtime';
import { openObjectStore } from '@trainyard/storage';
import { startTestRedis, type TestRedis } from '../redis/test-redis.ts';
import { RUNPOD_API_KEY, readTestSettings, TIME_FACTOR } from './settings.ts';

/** Trainyard in one process: a real Redis, a folder as the object store and, on request, workers and a simulator. */
export interface TestSystem {
  readonly deps: Deps;
  readonly open: OpenDeps;
  readonly settings: ReturnType<typeof readTestSettings>;
  readonly redis: TestRedis;
  /** Folder of the object store. */
  readonly storeDir: string;
  /** Accepts a training of its own actor; `images/a.png` is its only image. */
  accept(command?: Partial<TrainCommand>): Promise<Training>;
  /** Waits up to 60 s until the training has the status, and returns it. */
  waitForStatus(training: Pick<Training, 'id'>, status: TrainingStatus): Promise<Training>;
  /** Closes everything in reverse order. Throws when a connection to Redis was left open. */
  close(): Promise<void>;
}

/** Options of {@link openTestSystem}. */
export interface TestSystemOptions {
  /** Workers that run in this process; none by default. */
  readonly workers?: readonly ('dispatcher' | 'reconciler')[];
  /** Environment variables that replace the defaults. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folder of the object store; a new temporary folder by default. */
  readonly storeDir?: string;
  /** A running Redis that the system uses and does not close; its own by default. */
  readonly redis?: TestRedis;
  readonly log?: Log;
  /** Public URL of the API, to which RunPod sends webhooks. */
  readonly publicUrl?: () => string;
}

/** Opens a system without an endpoint: submissions fail. Closes whatever was opened when a later part throws. */
export function openTestSystem(options: TestSystemOptions = {}): Promise<TestSystem> {
  return openAll(silentLog, (closeStack) => openParts(closeStack, options, undefined));
}

/** A system whose submissions reach a simulator. */
export interface SimulatedTestSystem extends TestSystem {
  readonly simulator: Simulator;
}

/** Opens a system with a simulator, 60 times faster than real time unless `TIME_FACTOR` is set in `env`. */
export function openSimulatedTestSystem(
  options: TestSystemOptions & { readonly simulator?: Partial<SimulatorOptions> } = {},
): Promise<SimulatedTestSystem> {
  return openAll(silentLog, async (closeStack) => {
    const storeDir = options.storeDir ?? (await createStoreDir(closeStack));
    const store = closeStack.register('store', await openObjectStore(`file:${storeDir}`), (each) =>
      each.close(),
    );
    const simulator = createSimulator({
      store,
      apiKeys: [RUNPOD_API_KEY],
      timeScale: 1 / Number(options.env?.['TIME_FACTOR'] ?? TIME_FACTOR),
      coldStartMs: 1_000,
      pace: { durationMs: 60_000 },
      ...options.simulator,
    });
    closeStack.register('simulator', simulator, (each) => each.close());
    const parts = await openParts(closeStack, { ...options, storeDir }, await simulator.listen());
    return { ...parts, simulator };
  });
}

const silentLog = createLog({ name: 'test-system', level: 'silent' });

async function createStoreDir({ register }: CloseStack): Promise<string> {
  return register('folder', await mkdtemp(join(tmpdir(), 'trainyard-test-system-')), (dir) =>
    rm(dir, { recursive: true, force: true }),
  );
}

async function openParts(
  closeStack: CloseStack,
  options: TestSystemOptions,
  runpodUrl: string | undefined,
): Promise<Omit<TestSystem, 'close'>> {
  const { register } = closeStack;
  const storeDir = options.storeDir ?? (await createStoreDir(closeStack));
  const redis = options.redis ?? register('redis', await startTestRedis(), (each) => each.close());
  const settings = readTestSettings({ redisUrl: redis.url, storeDir, runpodUrl }, options.env ?? {});
  const { log = silentLog, publicUrl } = options;
  const open = await openDeps(settings, { log, ...(publicUrl && { publicUrl }) });
  register('deps', open, (each) => each.close());
  const { deps } = open;
  await putImages(deps);
  for (const worker of options.workers ?? [])
    register(worker, await startWorker[worker]({ deps, redis: open.redis }), (each) => each.close());
  return {
    deps,
    open,
    settings,
    redis,
    storeDir,
    accept: createAccept(deps),
    waitForStatus: createWait(deps),
  };
}

/** Loads a worker only for the tests that start it. */
const startWorker = {
  dispatcher: async (parts: Pick<OpenDeps, 'deps' | 'redis'>) =>
    (await import('@trainyard/dispatcher')).startDispatcher(parts),
  reconciler: async (parts: Pick<OpenDeps, 'deps' | 'redis'>) =>
    (await import('@trainyard/reconciler')).startReconciler(parts),
};

async function putImages({ objects }: Deps): Promise<void> {
  for (const name of ['a', 'b']) await objects.put(`images/${name}.png`, new Uint8Array(4_000));
  await objects.put('images/b.txt', 'a foggy valley with pine trees');
}

let actors = 0;

function createAccept(deps: Deps): TestSystem['accept'] {
  return async (command = {}) => {
    actors += 1;
    const { training } = await accept(deps, {
      subject: { kind: 'actor', id: `a${actors}` },
      images: [deps.objects.toUri('images/a.png')],
      trigger: 'ohwx',
      source: 'person',
      ...command,
    });
    return training;
  };
}

const WAIT_TIMEOUT_MS = 60_000;
const POLL_INTERVAL_MS = 50;

function createWait({ store }: Deps): TestSystem['waitForStatus'] {
  return async ({ id }, status) => {
    const deadline = performance.now() + WAIT_TIMEOUT_MS;
    for (;;) {
      const training = await store.load(id);
      if (training?.status === status) return training;
      if (performance.now() > deadline)
        throw new Error(`Training ${id} is ${training?.status ?? 'missing'} instead of ${status} after 60 s`);
      await sleep(POLL_INTERVAL_MS);
    }
  };
}
