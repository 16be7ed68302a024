import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { accept } from '@trainyard/application';
import type { Training, TrainingStatus } from '@trainyard/domain';
import { type History, readHistory } from '@trainyard/runpod-simulator';
import { type Fleet, type FleetPlan, type FleetProcess, startFleet } from '@trainyard/testing/fleet';
import { startTestRedis, type TestRedis, type TestRedisOptions } from '@trainyard/testing/redis';
import { expect } from 'vitest';

const POLL_OPTIONS = { timeout: 60_000, interval: 20 };
const PRELOAD = new URL('./preload.ts', import.meta.url).href;

/** Environment of a process that holds its submissions until a signal and crashes on SIGWINCH. */
export const HELD_SUBMISSIONS = { NODE_OPTIONS: `--import=${PRELOAD}` };

/** A fleet with a simulator and a Redis for tests of shutdown. */
export interface TestSystem {
  readonly fleet: Fleet;
  readonly redis: TestRedis;
  readonly dir: string;
  history(): History;
  acceptTraining(): Promise<Training>;
  load(training: Training): Promise<Training>;
  waitForStatus(training: Training, status: TrainingStatus): Promise<Training>;
  /** Waits until a fault of the simulator delays a call to `/run`. */
  waitUntilPostPending(): Promise<void>;
  /** Blocks all writes to the object store. Returns a function that releases them. */
  blockWrites(): () => void;
  /** Stops a process with SIGSTOP at a moment at which it holds no lock of the object store. */
  pause(process: FleetProcess): Promise<void>;
  readLog(app: 'api' | 'dispatcher' | 'reconciler'): Promise<string>;
  close(): Promise<void>;
}

/**
 * Starts a simulator and a Redis; the test starts the other processes.
 * @param settings settings of `redis-server` that replace the defaults
 */
export async function openTestSystem(
  plan: Partial<FleetPlan> = {},
  settings: NonNullable<TestRedisOptions['settings']> = {},
): Promise<TestSystem> {
  const dir = await mkdtemp(join(tmpdir(), 'trainyard-shutdown-'));
  const redis = await startTestRedis({ settings });
  const fleet = await startFleet({
    ...{ redisUrl: redis.url, dir, timeFactor: 20, maxConcurrency: 2, runMs: 5_000 },
    ...{ coldStartMs: 1_000, simulatorWorkers: 4, ...plan },
  });
  await appendFile(`${dir}/history.jsonl`, '');
  await fleet.deps.objects.put('images/a.png', new Uint8Array(4_000));
  const history = (): History => readHistory(`${dir}/history.jsonl`);
  const load = async ({ id }: Training): Promise<Training> => (await fleet.deps.store.load(id))!;
  return {
    ...{ fleet, redis, dir, load, history, blockWrites: () => lockStore(dir, 10_000) },
    pause: (each) => pauseOutsideWrite(each, dir),
    acceptTraining: async () => {
      actors += 1;
      const { training } = await accept(fleet.deps, {
        subject: { kind: 'actor', id: `a${actors}` },
        images: [fleet.deps.objects.toUri('images/a.png')],
        trigger: 'ohwx',
        source: 'person',
      });
      return training;
    },
    waitForStatus: async (training, status) => {
      await expect.poll(async () => (await load(training)).status, POLL_OPTIONS).toBe(status);
      return load(training);
    },
    waitUntilPostPending: () =>
      expect
        .poll(
          () =>
            history()
              .events()
              .filter(({ event }) => event === 'fault').length,
          POLL_OPTIONS,
        )
        .toBeGreaterThan(0),
    readLog: (app) => readFile(`${dir}/${app}.log`, 'utf8'),
    close: async () => {
      await fleet.close();
      await redis.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function lockStore(dir: string, waitMs: number): () => void {
  const database = new DatabaseSync(join(dir, 'store/.trainyard/lock.sqlite'));
  try {
    database.exec(`PRAGMA busy_timeout = ${waitMs}; BEGIN EXCLUSIVE`);
  } catch (error) {
    database.close();
    throw error;
  }
  return () => database.close();
}

/** A process that is stopped during a write keeps the lock of the store, and every other process waits for it. */
async function pauseOutsideWrite(process: FleetProcess, dir: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    process.signal('SIGSTOP');
    try {
      lockStore(dir, 200)();
      return;
    } catch (error) {
      if (attempt === 50) throw error;
      process.signal('SIGCONT');
      await sleep(20);
    }
  }
}

let actors = 0;
