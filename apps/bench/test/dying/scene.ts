import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { accept } from '@trainyard/application';
import type { Training, TrainingStatus } from '@trainyard/domain';
import { startTestRedis, type TestRedis } from '@trainyard/redis/test-redis';
import { type History, readHistory } from '@trainyard/runpod-simulator';
import { expect } from 'vitest';
import { type Fleet, type FleetPlan, startFleet } from '../../src/index.ts';

const PATIENCE = { timeout: 60_000, interval: 20 };
const PRELOAD = new URL('./preload.ts', import.meta.url).href;

/** Settings of a process whose submissions are held back between save and call, and which can be made to crash. */
export const HELD_BACK = { NODE_OPTIONS: `--import=${PRELOAD}` };

/** A fleet of real processes with what a test of their ends asks of it. */
export interface Scene {
  readonly fleet: Fleet;
  readonly redis: TestRedis;
  readonly dir: string;
  history(): History;
  train(): Promise<Training>;
  load(training: Training): Promise<Training>;
  until(training: Training, status: TrainingStatus): Promise<Training>;
  /** Waits until the stand-in holds a call to `/run`. */
  untilPostHeld(): Promise<void>;
  /** Nobody can write to the object store until the returned function is called. */
  blockWrites(): () => void;
  logOf(app: 'api' | 'dispatcher' | 'reconciler'): Promise<string>;
  close(): Promise<void>;
}

const writeLock = (dir: string) => (): (() => void) => {
  const database = new DatabaseSync(join(dir, 'store/.trainyard/lock.sqlite'));
  database.exec('PRAGMA busy_timeout = 10000; BEGIN EXCLUSIVE');
  return () => database.close();
};

let actors = 0;

/**
 * Starts the stand-in and Redis; the test starts the processes that it ends.
 * @param settings of Redis instead of ours
 */
export const openScene = async (
  plan: Partial<FleetPlan> = {},
  settings?: Parameters<typeof startTestRedis>[0],
): Promise<Scene> => {
  const dir = await mkdtemp(join(tmpdir(), 'trainyard-dying-'));
  const redis = await startTestRedis(settings);
  const fleet = await startFleet({
    ...{ redisUrl: redis.url, dir, timeFactor: 20, bound: 2, runMs: 5_000 },
    ...{ coldStartMs: 1_000, standInWorkers: 4, ...plan },
  });
  await appendFile(`${dir}/history.jsonl`, '');
  await fleet.deps.objects.put('images/a.png', new Uint8Array(4_000));
  const history = (): History => readHistory(`${dir}/history.jsonl`);
  const load = async ({ id }: Training): Promise<Training> => (await fleet.deps.store.load(id))!;
  return {
    ...{ fleet, redis, dir, load, history, blockWrites: writeLock(dir) },
    train: async () => {
      actors += 1;
      const { training } = await accept(fleet.deps, {
        subject: { kind: 'actor', id: `a${actors}` },
        images: [fleet.deps.objects.toUri('images/a.png')],
        source: 'person',
      });
      return training;
    },
    until: async (training, status) => {
      await expect.poll(async () => (await load(training)).status, PATIENCE).toBe(status);
      return load(training);
    },
    untilPostHeld: () =>
      expect
        .poll(
          () =>
            history()
              .events()
              .filter(({ event }) => event === 'fault').length,
          PATIENCE,
        )
        .toBeGreaterThan(0),
    logOf: (app) => readFile(`${dir}/${app}.log`, 'utf8'),
    close: async () => {
      await fleet.close();
      await redis.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
};
