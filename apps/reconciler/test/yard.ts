import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accept, type Deps, type TrainCommand } from '@trainyard/application';
import { startDispatcher } from '@trainyard/dispatcher';
import type { Training, TrainingStatus } from '@trainyard/domain';
import { startRedis, type TestRedis } from '@trainyard/redis/test-redis';
import { createSimulator, type Simulator, type SimulatorOptions } from '@trainyard/runpod-simulator';
import { createClosing, createLog, openDeps, openStoreOf, readSettings } from '@trainyard/runtime';
import { expect } from 'vitest';
import { startReconciler } from '../src/index.ts';

const TIME_FACTOR = 60;

/** The whole of Trainyard but its API, in one process, against the stand-in: polling alone, no webhook. */
export interface Yard {
  readonly deps: Deps;
  readonly standIn: Simulator;
  readonly redis: Pick<TestRedis, 'restart' | 'copy'>;
  readonly redisUrl: string;
  /** The folder of the object store. */
  readonly folder: string;
  /** Accepts a training of an actor of its own. */
  train(command?: Partial<TrainCommand>): Promise<Training>;
  /** Waits until the training is in this state. */
  until(training: Training, status: TrainingStatus): Promise<Training>;
  close(): Promise<void>;
}

const environment = (place: { redisUrl: string; dir: string; baseUrl: string }) => ({
  REDIS_URL: place.redisUrl,
  OBJECT_STORE_URL: `file:${place.dir}`,
  MODEL_TRAINING_RUNPOD_API_KEY: 'stand-in-key',
  MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'yard',
  RUNPOD_ENDPOINT_BASE_URL: place.baseUrl,
  TIME_FACTOR: String(TIME_FACTOR),
  TIME_ANCHOR_MS: String(Date.UTC(2026, 0, 1)),
});

let actors = 0;

const trainWith =
  (deps: Deps) =>
  async (command: Partial<TrainCommand> = {}) => {
    actors += 1;
    const { training } = await accept(deps, {
      subject: { kind: 'actor', id: `a${actors}` },
      images: [deps.objects.toUri('images/a.png')],
      source: 'person',
      ...command,
    });
    return training;
  };

export const openYard = async (
  options: Partial<SimulatorOptions> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Yard> => {
  const log = createLog({ name: 'yard', level: 'silent' });
  const { opened, close } = createClosing(log);
  const dir = opened('folder', await mkdtemp(join(tmpdir(), 'trainyard-yard-')), (each) =>
    rm(each, { recursive: true }),
  );
  const redis = opened('redis', await startRedis(), (each) => each.close());
  const images = opened('store', await openStoreOf({ OBJECT_STORE_URL: `file:${dir}` } as never), (each) =>
    each.close(),
  );
  for (const name of ['a', 'b']) await images.put(`images/${name}.png`, new Uint8Array(4_000));
  await images.put('images/b.txt', 'a foggy valley with pine trees');
  const pace = { durationMs: 60_000 };
  const standIn = createSimulator({
    store: images,
    timeScale: 1 / Number(env['TIME_FACTOR'] ?? TIME_FACTOR),
    coldStartMs: 1_000,
    pace,
    ...options,
  });
  opened('stand-in', standIn, (each) => each.close());
  const baseUrl = await standIn.listen();
  const settings = readSettings({ ...environment({ redisUrl: redis.url, dir, baseUrl }), ...env });
  const open = opened('deps', await openDeps(settings, { log }), (each) => each.close());
  const { deps } = open;
  opened('reconciler', await startReconciler({ deps, redis: open.redis }), (each) => each.close());
  opened('dispatcher', await startDispatcher({ deps, redis: open.redis }), (each) => each.close());
  return {
    deps,
    standIn,
    redis,
    redisUrl: redis.url,
    folder: dir,
    train: trainWith(deps),
    until: async (training, status) => {
      const load = async () => (await deps.store.load(training.id))!;
      await expect.poll(async () => (await load()).status, { timeout: 60_000, interval: 50 }).toBe(status);
      return load();
    },
    close,
  };
};
