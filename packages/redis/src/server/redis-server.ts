import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { askRedis } from '../redis/facts.ts';

/** A `redis-server` that this process started. It ends with this process at the latest. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Asks it to end, and ends it when it does not. */
  end(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

export interface RedisServerOptions {
  /** Where it keeps its files; must exist. */
  readonly dir: string;
  /** Any free one unless told. */
  readonly port?: number;
  /** Settings of `redis-server` beside or instead of ours, by their names. */
  readonly settings?: Readonly<Record<string, string | readonly string[]>>;
}

/** Thrown when no `redis-server` can be run, or it does not answer. */
export class RedisServerError extends Error {
  readonly code = 'redis_server';
  readonly retryable = false;
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RedisServerError';
  }
}

const HOST = '127.0.0.1';
const READY_WITHIN_MS = 20_000;
const END_WITHIN_MS = 5_000;
const ASK_EVERY_MS = 30;

/** The address of a Redis of this machine. */
export const localRedisUrl = (port: number): string => `redis://${HOST}:${port}`;

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
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

/** What a 202 promises needs `always` (DESIGN §6); nothing may be evicted. As `judgeRedis` wants it. */
const OURS = {
  bind: HOST,
  save: '',
  appendonly: 'yes',
  appendfsync: 'always',
  'maxmemory-policy': 'noeviction',
  'enable-debug-command': 'no',
};

const running = new Set<ChildProcess>();
let watchingExit = false;

/** One listener ends all that still run, however many there are. */
const endWithUs = (child: ChildProcess): void => {
  if (!watchingExit) process.once('exit', () => [...running].map((each) => each.kill('SIGKILL')));
  watchingExit = true;
  running.add(child);
  child.once('exit', () => running.delete(child));
};

const launch = (port: number, { dir, settings }: RedisServerOptions): ChildProcess => {
  const args = Object.entries({ ...OURS, port: String(port), dir, ...settings }).flatMap(([name, value]) => [
    `--${name}`,
    ...[value].flat(),
  ]);
  // Apart from the terminal, so that Ctrl-C lets its owner close in order.
  const child = spawn('redis-server', args, { stdio: 'ignore', detached: true });
  endWithUs(child);
  return child;
};

const untilReady = async (child: ChildProcess, url: string): Promise<void> => {
  let fault: Error | undefined;
  child.once('error', (error) => {
    fault = error;
  });
  const until = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const facts = await askRedis(url).catch(() => undefined);
    if (fault) throw new RedisServerError('redis-server cannot be run; is it installed?', { cause: fault });
    if (child.exitCode !== null) throw new RedisServerError(`redis-server ended with ${child.exitCode}`);
    if (facts?.loading === false) return;
    if (performance.now() > until) throw new RedisServerError('redis-server does not answer');
    await wait(ASK_EVERY_MS);
  }
};

const endBy = async (child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  const slow = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
  await gone;
  clearTimeout(slow);
};

/** Starts one that is as we want it, and waits until it has read its files. Throws {@link RedisServerError}. */
export const startRedisServer = async (options: RedisServerOptions): Promise<RedisServer> => {
  const port = options.port ?? (await freePort());
  const url = localRedisUrl(port);
  const child = launch(port, options);
  try {
    await untilReady(child, url);
  } catch (error) {
    await endBy(child, 'SIGKILL');
    throw error;
  }
  return {
    url,
    port,
    pid: child.pid ?? 0,
    end: () => endBy(child, 'SIGTERM'),
    kill: () => endBy(child, 'SIGKILL'),
  };
};
