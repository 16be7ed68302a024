import { rmSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeSampleCatalogue } from '@trainyard/cli';
import type { FleetProcess } from '@trainyard/testing/fleet';
import { type Fleet, onExit, startFleet } from '@trainyard/testing/fleet';
import { freePort, startTestRedis, type TestRedis } from '@trainyard/testing/redis';
import { SECRETS, secretSettings } from './secrets.ts';

/** Trainyard in processes as in production, with sample data, on free loopback ports. */
export interface FuzzServer {
  readonly url: string;
  readonly webhookUrl: string;
  readonly fleet: Fleet;
  /** Unexpected exits of processes. */
  listExited(): readonly string[];
  /** Logs of all processes. */
  readLog(): Promise<string>;
  close(): Promise<void>;
}

const TIME_FACTOR = 60;
const APPS = ['api', 'dispatcher', 'reconciler'] as const;

/** Starts a server in a new folder, with additional settings. Throws when a process does not start. */
export async function startServer(settings: Readonly<Record<string, string>> = {}): Promise<FuzzServer> {
  const dir = await mkdtemp(join(tmpdir(), 'trainyard-fuzz-'));
  const redis = await startTestRedis({ dir: join(dir, 'redis'), allowOpenConnections: true });
  const { fleet, processes, url, webhookUrl } = await startProcesses(redis, dir, settings);
  const removeExitHook = killOnExit(fleet, dir);
  const exited: string[] = [];
  let closing = false;
  for (const each of processes)
    void each.exited.then((code) => void (closing || exited.push(`${each.app} exited with ${code}`)));
  const [api] = processes;
  if (api) await waitUntilReady(url, api, join(dir, 'api.log'));
  return {
    url,
    webhookUrl,
    fleet,
    listExited: () => exited,
    readLog: async () => {
      const files = await Promise.all(APPS.map((app) => readFile(join(dir, `${app}.log`), 'utf8')));
      return files.join('\n');
    },
    close: async () => {
      closing = true;
      await fleet.close();
      await redis.close();
      removeExitHook();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function toServerSettings(port: number, webhookPort: number): Record<string, string> {
  return {
    ...secretSettings,
    PORT: String(port),
    WEBHOOK_PORT: String(webhookPort),
    GATEWAY_BASE_URL: `http://127.0.0.1:${webhookPort}`,
    GPU_TYPE: 'A100',
  };
}

async function waitUntilReady(url: string, process: FleetProcess, logFile: string): Promise<void> {
  const ended = process.exited.then(async (code) => {
    throw new Error(`The API exited with ${code}: ${await readFile(logFile, 'utf8')}`);
  });
  const ready = async (): Promise<void> => {
    while (
      !(await fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ))
    )
      await sleep(50);
  };
  await Promise.race([ended, ready()]);
}

async function startProcesses(redis: TestRedis, dir: string, more: Readonly<Record<string, string>>) {
  const fleet = await startFleet({
    redisUrl: redis.url,
    dir,
    timeFactor: TIME_FACTOR,
    anchorMs: Date.now(),
    maxConcurrency: 2,
    runMs: 60_000,
    coldStartMs: 5_000,
    simulatorWorkers: 2,
  });
  await writeSampleCatalogue(fleet.deps.objects);
  const [port, webhookPort] = [await freePort(), await freePort()];
  const settings = { ...toServerSettings(port, webhookPort), ...more };
  const processes = APPS.map((app) => fleet.start(app, settings));
  return { fleet, processes, url: `http://127.0.0.1:${port}`, webhookUrl: `http://127.0.0.1:${webhookPort}` };
}

/** Kills all processes and deletes the folder when this process exits. */
function killOnExit(fleet: Fleet, dir: string): () => void {
  return onExit(() => {
    for (const app of [...APPS, 'runpod-simulator'] as const)
      for (const each of fleet.listRunning(app)) each.signal('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  });
}

/** Headers with the admin key, and headers without access or with less access. */
export const CREDENTIALS = {
  full: { authorization: `Bearer ${SECRETS.adminKey}` },
  others: [
    {},
    { authorization: 'Bearer no-such-key' },
    { authorization: 'Basic eDp5' },
    { 'x-api-key': '' },
    { 'x-api-key': SECRETS.readKey },
    { authorization: `Bearer ${SECRETS.writeKey}` },
  ],
} as const;
