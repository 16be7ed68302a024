import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Processes of one measured system. All listen on loopback, on free ports. */
export interface MeasuredSystem {
  readonly apiUrl: string;
  readonly storeUrl: string;
  /** Address of the inspector of each process, by app. */
  readonly inspectors: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

const SPEED = 60;
const API_KEY = 'measured-run-key';
const START_TIMEOUT_MS = 20_000;

/** A port of the loopback address that is free at the moment of the call. */
function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Polls until the call succeeds. Throws its last error after 20 s. */
export async function retry<T>(call: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await wait(100);
    }
  }
}

type Environment = Readonly<Record<string, string>>;

function createSpawner(dir: string, root: string) {
  const children: ChildProcess[] = [];
  return {
    start: (name: string, command: string, args: readonly string[], env: Environment): void => {
      const log = openSync(join(dir, `${name}.log`), 'a');
      const path = process.env['PATH'] ?? '';
      children.push(
        spawn(command, args, { cwd: root, env: { PATH: path, ...env }, stdio: ['ignore', log, log] }),
      );
    },
    stop: async (): Promise<void> => {
      for (const child of children.toReversed()) {
        const exited = new Promise((resolve) => child.once('exit', resolve));
        if (child.exitCode !== null || !child.kill('SIGTERM')) continue;
        await Promise.race([exited, wait(5_000).then(() => child.kill('SIGKILL'))]);
      }
    },
  };
}

function startRedis(spawner: ReturnType<typeof createSpawner>, dir: string, port: number): void {
  const flags = ['--bind', '127.0.0.1', '--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
  spawner.start('redis', 'redis-server', ['--port', String(port), '--dir', dir, ...flags], {});
}

/** Settings of the product's processes, on the ports of this run. */
function createEnvironment(ports: {
  readonly redis: number;
  readonly simulator: number;
  readonly api: number;
}) {
  return {
    REDIS_URL: `redis://127.0.0.1:${ports.redis}`,
    MODEL_TRAINING_RUNPOD_API_KEY: API_KEY,
    MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'measured',
    RUNPOD_ENDPOINT_BASE_URL: `http://127.0.0.1:${ports.simulator}/v2`,
    GATEWAY_BASE_URL: `http://127.0.0.1:${ports.api}`,
    WEBHOOK_SECRET: 'measured-webhook-secret',
    TIME_FACTOR: String(SPEED),
    TIME_ANCHOR_MS: String(Date.now()),
    PORT: String(ports.api),
  };
}

async function startApps(
  spawner: ReturnType<typeof createSpawner>,
  env: Environment,
): Promise<ReadonlyMap<string, string>> {
  const inspectors = new Map<string, string>();
  for (const app of ['api', 'dispatcher', 'reconciler']) {
    const port = await findFreePort();
    const flag = `--inspect=127.0.0.1:${port}`;
    spawner.start(app, process.execPath, [flag, `apps/${app}/src/main.ts`], env);
    inspectors.set(app, `http://127.0.0.1:${port}`);
  }
  return inspectors;
}

/**
 * Starts Redis, the simulator, API, dispatcher and reconciler of the checkout below `root`, each with an inspector.
 * Time runs 60 times faster. @param simulator path of the simulator's main file, and the prefix of its settings
 */
export async function startSystem(
  root: string,
  simulator: { readonly main: string; readonly prefix: string },
): Promise<MeasuredSystem> {
  const dir = await mkdtemp(join(tmpdir(), 'trainyard-measure-'));
  const spawner = createSpawner(dir, root);
  const ports = { redis: await findFreePort(), simulator: await findFreePort(), api: await findFreePort() };
  const storeUrl = `file:${join(dir, 'store')}`;
  startRedis(spawner, dir, ports.redis);
  spawner.start('simulator', process.execPath, [simulator.main], {
    PORT: String(ports.simulator),
    RUNPOD_API_KEY: API_KEY,
    OBJECT_STORE_URL: storeUrl,
    [`${simulator.prefix}_TIME_SCALE`]: String(1 / SPEED),
    [`${simulator.prefix}_COLD_START_MS`]: '30000',
    [`${simulator.prefix}_RUN_MS`]: '300000',
  });
  const env = { ...createEnvironment(ports), OBJECT_STORE_URL: storeUrl };
  await retry(() => fetch(`${env.RUNPOD_ENDPOINT_BASE_URL}/measured/health`));
  const inspectors = await startApps(spawner, env);
  await retry(() => fetch(`${env.GATEWAY_BASE_URL}/livez`));
  return { apiUrl: env.GATEWAY_BASE_URL, storeUrl, inspectors, close: spawner.stop };
}
