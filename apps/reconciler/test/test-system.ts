import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accept, type Deps, type TrainCommand } from '@trainyard/application';
import { startDispatcher } from '@trainyard/dispatcher';
import type { Training, TrainingStatus } from '@trainyard/domain';
import { startTestRedis, type TestRedis } from '@trainyard/testing/redis';
import { createSimulator, type Simulator, type SimulatorOptions } from '@trainyard/runpod-simulator';
import {
  createCloseStack,
  createLog,
  openConfiguredObjectStore,
  openDeps,
  readSettings,
} from '@trainyard/runtime';
import { expect } from 'vitest';
import { startReconciler } from '../src/index.ts';

const TIME_FACTOR = 60;

/** The whole of Trainyard but its API, in one process, against the simulator: polling alone, no webhook. */
export interface TestSystem {
  readonly deps: Deps;
  readonly simulator: Simulator;
  readonly redis: Pick<TestRedis, 'restart' | 'snapshot'>;
  readonly redisUrl: string;
  /** The folder of the object store. */
  readonly storeDir: string;
  /** Accepts a training of an actor of its own. */
  accept(command?: Partial<TrainCommand>): Promise<Training>;
  /** Waits until the training is in this state. */
  waitForStatus(training: Training, status: TrainingStatus): Promise<Training>;
  close(): Promise<void>;
}

export async function openTestSystem(
  options: Partial<SimulatorOptions> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<TestSystem> {
  const log = createLog({ name: 'test-system', level: 'silent' });
  const { register, close } = createCloseStack(log);
  const dir = register('folder', await mkdtemp(join(tmpdir(), 'trainyard-test-system-')), (each) =>
    rm(each, { recursive: true }),
  );
  const redis = register('redis', await startTestRedis(), (each) => each.close());
  const objects = register(
    'store',
    await openConfiguredObjectStore({ OBJECT_STORE_URL: `file:${dir}` } as never),
    (each) => each.close(),
  );
  for (const name of ['a', 'b']) await objects.put(`images/${name}.png`, new Uint8Array(4_000));
  await objects.put('images/b.txt', 'a foggy valley with pine trees');
  const pace = { durationMs: 60_000 };
  const simulator = createSimulator({
    store: objects,
    timeScale: 1 / Number(env['TIME_FACTOR'] ?? TIME_FACTOR),
    coldStartMs: 1_000,
    pace,
    ...options,
  });
  register('simulator', simulator, (each) => each.close());
  const baseUrl = await simulator.listen();
  const settings = readSettings({ ...createEnvironment({ redisUrl: redis.url, dir, baseUrl }), ...env });
  const open = register('deps', await openDeps(settings, { log }), (each) => each.close());
  const { deps } = open;
  register('reconciler', await startReconciler({ deps, redis: open.redis }), (each) => each.close());
  register('dispatcher', await startDispatcher({ deps, redis: open.redis }), (each) => each.close());
  return {
    deps,
    simulator,
    redis,
    redisUrl: redis.url,
    storeDir: dir,
    accept: createAccept(deps),
    waitForStatus: async (training, status) => {
      const load = async () => (await deps.store.load(training.id))!;
      await expect.poll(async () => (await load()).status, { timeout: 60_000, interval: 50 }).toBe(status);
      return load();
    },
    close,
  };
}

function createEnvironment(addresses: { redisUrl: string; dir: string; baseUrl: string }) {
  return {
    REDIS_URL: addresses.redisUrl,
    OBJECT_STORE_URL: `file:${addresses.dir}`,
    MODEL_TRAINING_RUNPOD_API_KEY: 'simulator-key',
    MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'test-system',
    RUNPOD_ENDPOINT_BASE_URL: addresses.baseUrl,
    TIME_FACTOR: String(TIME_FACTOR),
    TIME_ANCHOR_MS: String(Date.UTC(2026, 0, 1)),
  };
}

let actors = 0;

function createAccept(deps: Deps) {
  return async (command: Partial<TrainCommand> = {}) => {
    actors += 1;
    const { training } = await accept(deps, {
      subject: { kind: 'actor', id: `a${actors}` },
      images: [deps.objects.toUri('images/a.png')],
      source: 'person',
      ...command,
    });
    return training;
  };
}
