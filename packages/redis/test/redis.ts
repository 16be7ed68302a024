import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { type RedisServerOptions, startRedisServer } from '../src/redis/redis-server.ts';

/** A Redis of a test's own: a real server on a free loopback port, with AOF as in production. */
export interface TestRedis {
  readonly url: string;
  readonly pid: number;
  /** Kills the server as a power cut would, and starts it again on its files. */
  restart(): Promise<void>;
  /** Copies its files as they are while it runs. @returns stops it, and starts it on that copy */
  snapshot(): Promise<() => Promise<void>>;
  /** Throws when a connection was left open. */
  close(): Promise<void>;
}

/** Starts one, with these settings instead of ours. */
export async function startTestRedis(settings: RedisServerOptions['settings'] = {}): Promise<TestRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'trainyard-redis-'));
  const snapshotsDir = await mkdtemp(join(tmpdir(), 'trainyard-redis-copies-'));
  let server = await startRedisServer({ dir, settings });
  let count = 0;
  const { url, port } = server;
  return {
    url,
    get pid() {
      return server.pid;
    },
    restart: async () => {
      await server.kill();
      server = await startRedisServer({ dir, port, settings });
    },
    snapshot: async () => {
      const snapshotDir = join(snapshotsDir, `${count}`);
      count += 1;
      await cp(dir, snapshotDir, { recursive: true });
      return async () => {
        await server.kill();
        await rm(dir, { recursive: true });
        await cp(snapshotDir, dir, { recursive: true });
        server = await startRedisServer({ dir, port, settings });
      };
    },
    close: async () => {
      const left = await countOpenConnections(url);
      await server.kill();
      for (const each of [dir, snapshotsDir]) await rm(each, { recursive: true, force: true });
      if (left > 0) throw new Error(`${left} connections to Redis were left open`);
    },
  };
}

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
