import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** A Redis of a test's own: a real server on a free loopback port, with AOF as in production. */
export interface TestRedis {
  readonly url: string;
  readonly pid: number;
  /** Kills the server as a power cut would, and starts it again on its files. */
  restart(): Promise<void>;
  /** Throws when a connection was left open. */
  close(): Promise<void>;
}

/** Settings of `redis-server`, by their names. */
type RedisSettings = Readonly<Record<string, string | readonly string[]>>;

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });

/** As in production, but for what a test wants otherwise. */
const launch = (port: number, dir: string, settings: RedisSettings): ChildProcess => {
  const all = {
    port: String(port),
    bind: '127.0.0.1',
    dir,
    save: '',
    appendonly: 'yes',
    appendfsync: 'always',
    'maxmemory-policy': 'noeviction',
    ...settings,
  };
  const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, ...[value].flat()]);
  return spawn('redis-server', args, { stdio: 'ignore' });
};

const untilReady = async (port: number): Promise<void> => {
  const probe = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 20, maxRetriesPerRequest: 500 });
  probe.on('error', () => undefined);
  await probe.ping();
  await probe.quit();
};

const gone = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

const leftConnections = async (port: number): Promise<number> => {
  const probe = new Redis({ port, host: '127.0.0.1' });
  for (let tries = 0; ; tries += 1) {
    const list = String(await probe.client('LIST'));
    const others = list.trim().split('\n').length - 1;
    if (others === 0 || tries === 50) {
      await probe.quit();
      return others;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** Starts one, with these settings instead of ours. */
export const startRedis = async (settings: RedisSettings = {}): Promise<TestRedis> => {
  const [port, dir] = await Promise.all([freePort(), mkdtemp(join(tmpdir(), 'trainyard-redis-'))]);
  let child = launch(port, dir, settings);
  await untilReady(port);
  return {
    url: `redis://127.0.0.1:${port}`,
    get pid() {
      return child.pid!;
    },
    restart: async () => {
      child.kill('SIGKILL');
      await gone(child);
      child = launch(port, dir, settings);
      await untilReady(port);
    },
    close: async () => {
      const left = await leftConnections(port);
      child.kill('SIGKILL');
      await gone(child);
      await rm(dir, { recursive: true, force: true });
      if (left > 0) throw new Error(`${left} connections to Redis were left open`);
    },
  };
};
