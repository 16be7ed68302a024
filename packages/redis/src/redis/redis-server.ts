import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { RedisServerError } from './errors.ts';
import { inspectRedis } from './redis-config.ts';

/** A `redis-server` that this process started. It is killed when this process exits. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Stops the server with SIGTERM, and with SIGKILL after 5 s. */
  stop(): Promise<void>;
  /** Kills the server without a shutdown, as in a power failure. */
  kill(): Promise<void>;
}

/** Options of a local `redis-server`. */
export interface RedisServerOptions {
  /** The folder of its files; must exist. */
  readonly dir: string;
  /** The port on 127.0.0.1; a free port by default. */
  readonly port?: number;
  /** Settings of `redis-server` by name; they override the defaults. */
  readonly settings?: Readonly<Record<string, string | readonly string[]>>;
}

const HOST = '127.0.0.1';
const READY_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 5_000;
const READY_POLL_MS = 30;

/**
 * Starts a server with AOF, `appendfsync always` and `noeviction`, and waits until it has loaded its files. Throws
 * RedisServerError when `redis-server` is missing, exits, or does not answer within 20 s.
 */
export async function startRedisServer(options: RedisServerOptions): Promise<RedisServer> {
  const port = options.port ?? (await findFreePort());
  const url = localRedisUrl(port);
  const child = spawnServer(port, options);
  try {
    await waitUntilReady(child, url);
  } catch (error) {
    await stopServer(child, 'SIGKILL');
    throw error;
  }
  return {
    url,
    port,
    pid: child.pid ?? 0,
    stop: () => stopServer(child, 'SIGTERM'),
    kill: () => stopServer(child, 'SIGKILL'),
  };
}

/** The URL of a Redis on 127.0.0.1. */
export function localRedisUrl(port: number): string {
  return `redis://${HOST}:${port}`;
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, HOST, () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === 'object'
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });
}

/** The settings that `checkRedisConfig` requires. */
const DEFAULT_SERVER_SETTINGS = {
  bind: HOST,
  save: '',
  appendonly: 'yes',
  appendfsync: 'always',
  'maxmemory-policy': 'noeviction',
  'enable-debug-command': 'no',
};

const running = new Set<ChildProcess>();
let watchingExit = false;

/** Kills all running servers when this process exits, with a single listener. */
function killOnExit(child: ChildProcess): void {
  if (!watchingExit) process.once('exit', () => [...running].map((each) => each.kill('SIGKILL')));
  watchingExit = true;
  running.add(child);
  child.once('exit', () => running.delete(child));
}

function spawnServer(port: number, { dir, settings }: RedisServerOptions): ChildProcess {
  const args = Object.entries({ ...DEFAULT_SERVER_SETTINGS, port: String(port), dir, ...settings }).flatMap(
    ([name, value]) => [`--${name}`, ...[value].flat()],
  );
  // Detached from the terminal: Ctrl-C reaches only this process, which then stops the server itself.
  const child = spawn('redis-server', args, { stdio: 'ignore', detached: true });
  killOnExit(child);
  return child;
}

async function waitUntilReady(child: ChildProcess, url: string): Promise<void> {
  let fault: Error | undefined;
  child.once('error', (error) => {
    fault = error;
  });
  const deadlineMs = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    const properties = await inspectRedis(url).catch(() => undefined);
    if (fault)
      throw new RedisServerError('Cannot start redis-server: is it installed and on the PATH?', {
        cause: fault,
      });
    if (child.exitCode !== null)
      throw new RedisServerError(`redis-server exited with code ${child.exitCode}`);
    if (properties?.loading === false) return;
    if (performance.now() > deadlineMs)
      throw new RedisServerError(`redis-server did not answer within ${READY_TIMEOUT_MS / 1_000} s`);
    await wait(READY_POLL_MS);
  }
}

async function stopServer(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  const killTimer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(killTimer);
}
