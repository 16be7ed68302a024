import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedisServer } from '@trainyard/redis';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';

/** A real `redis-server` on a free loopback port with its own files and, as in production, AOF with `appendfsync always`. */
export interface TestRedis {
  readonly url: string;
  readonly pid: number;
  /** Ends the server with SIGKILL, as a power cut does. The files stay. */
  kill(): Promise<void>;
  /** Starts the server on its files unless it runs. Throws after `close`. */
  start(): Promise<void>;
  /** Ends the server with SIGKILL and starts it on its files. */
  restart(): Promise<void>;
  /** Pauses the server with SIGSTOP; commands time out until `thaw`. Returns false when the server does not run. */
  freeze(): boolean;
  /** Resumes the server. Returns false when it does not run. */
  thaw(): boolean;
  /** Copies the files of the running server. Returns a function that ends the server and starts it on that copy. */
  snapshot(): Promise<() => Promise<void>>;
  /** Ends the server and deletes its files. Throws when a client left a connection open. */
  close(): Promise<void>;
}

/** Options of {@link startTestRedis}. */
export interface TestRedisOptions {
  /** Settings of `redis-server` that replace the defaults. */
  readonly settings?: Readonly<Record<string, string | readonly string[]>>;
  /** Folder of the files; a new temporary folder by default. */
  readonly dir?: string;
  /** Skips the check of `close` for systems whose processes are killed with open connections. */
  readonly allowOpenConnections?: boolean;
}

/** Starts a server and waits until it has loaded its files. Throws `RedisServerError` when it does not start within 20 s. */
export async function startTestRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'trainyard-redis-')));
  await mkdir(dir, { recursive: true });
  const snapshotsDir = await mkdtemp(join(tmpdir(), 'trainyard-redis-copies-'));
  const server = await startControlledServer(dir, options.settings ?? {});
  let snapshots = 0;
  return {
    ...server,
    get pid() {
      return server.pid;
    },
    freeze: () => sendSignal(server.pid, 'SIGSTOP'),
    thaw: () => sendSignal(server.pid, 'SIGCONT'),
    snapshot: async () => {
      snapshots += 1;
      const snapshotDir = join(snapshotsDir, String(snapshots));
      await cp(dir, snapshotDir, { recursive: true });
      return async () => {
        await server.kill();
        await rm(dir, { recursive: true });
        await cp(snapshotDir, dir, { recursive: true });
        await server.start();
      };
    },
    close: async () => {
      const left = options.allowOpenConnections ? 0 : await countOpenConnections(server.url);
      await server.close();
      for (const each of [dir, snapshotsDir]) await rm(each, { recursive: true, force: true });
      if (left > 0) throw new Error(`A client left ${left} connections to Redis open`);
    },
  };
}

type ControlledServer = Pick<TestRedis, 'url' | 'pid' | 'kill' | 'start' | 'restart' | 'close'>;

/** Runs kills and starts in the order of the calls, so that two overlapping faults never start two servers. */
async function startControlledServer(
  dir: string,
  settings: NonNullable<TestRedisOptions['settings']>,
): Promise<ControlledServer> {
  const port = await freePort();
  const startServer = () => startRedisServer({ dir, port, settings });
  let server = await startServer();
  let closed = false;
  let last: Promise<void> = Promise.resolve();
  const inOrder = (action: () => Promise<void>): Promise<void> => {
    const done = last.then(action);
    last = done.catch(() => undefined);
    return done;
  };
  const startUnlessRunning = async (): Promise<void> => {
    if (closed) throw new Error('The test Redis is closed');
    if (!isRunning(server.pid)) server = await startServer();
  };
  return {
    url: server.url,
    get pid() {
      return server.pid;
    },
    kill: () => inOrder(() => server.kill()),
    start: () => inOrder(startUnlessRunning),
    restart: () => inOrder(() => server.kill().then(startUnlessRunning)),
    close: () => {
      closed = true;
      return inOrder(() => server.kill());
    },
  };
}

function isRunning(pid: number): boolean {
  return sendSignal(pid, 0);
}

/** Returns false for a process that has exited. */
function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Waits up to 5 s for the connections of closed clients to end. */
async function countOpenConnections(url: string): Promise<number> {
  const probe = new Redis(url);
  for (let tries = 0; ; tries += 1) {
    const list = String(await probe.client('LIST'));
    const others = list.trim().split('\n').length - 1;
    if (others === 0 || tries === 250) {
      await probe.quit();
      return others;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
