import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RedisServer, type RedisTarget, startRedisServer } from '@trainyard/redis';
import type { Redis } from 'ioredis';
import { freePort } from './free-port.ts';
import { MASTER_NAME, openClient, startSentinels, waitUntil } from './sentinels.ts';

/** Three Sentinels, a master and two replicas on free loopback ports. Sentinel names the master `trainyard`. */
export interface TestSentinelGroup {
  readonly target: RedisTarget & Required<Pick<RedisTarget, 'sentinel'>>;
  /** The settings of a process that uses the group. */
  readonly settings: Readonly<Record<string, string>>;
  /** The port of the master that all Sentinels name. Waits while they disagree, and for the end of a failover. */
  getMasterPort(): Promise<number>;
  /** Ends the master, or the server of this port, with SIGKILL. @returns its port */
  killMaster(port?: number): Promise<number>;
  /** Pauses the master with SIGSTOP; its clients stay attached. @returns its port */
  freezeMaster(): Promise<number>;
  /** Resumes a paused server. */
  thaw(port: number): void;
  /**
   * Closes the connections of the replicas to the master and refuses new ones. The master keeps accepting writes, as in
   * the 10 s of `min-replicas-max-lag` after its replicas fell silent. @returns the port of the master
   */
  cutReplication(): Promise<number>;
  /** Waits until all Sentinels have ended the failover to a different port. @returns that port */
  waitForFailover(oldPort: number): Promise<number>;
  /** Resumes and starts all servers, lets the replicas connect, and waits until the master has two connected replicas. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

const SERVERS = 3;

/** The replicas log in as this user, so that the master can refuse them. */
const REPLICA_USER = 'replica';
const REPLICA_PASSWORD = 'replica-password';
const SERVER_SETTINGS = {
  // A flush in the main thread of a busy machine would look like a failure of the master. A kill loses no page cache.
  appendfsync: 'everysec',
  'min-replicas-to-write': '1',
  'repl-diskless-sync-delay': '0',
  masteruser: REPLICA_USER,
  masterauth: REPLICA_PASSWORD,
  user: [REPLICA_USER, 'on', `>${REPLICA_PASSWORD}`, 'allkeys', '+psync', '+replconf', '+ping'],
};

/** Starts the group and waits until each Sentinel knows the others and both replicas. */
export async function startTestSentinelGroup(dir?: string): Promise<TestSentinelGroup> {
  const base = dir ?? (await mkdtemp(join(tmpdir(), 'trainyard-sentinel-')));
  const servers = await startServers(base);
  const sentinels = await startSentinels(base, servers.listPorts()[0] ?? 0);
  const getMasterPort = () => waitUntil(() => sentinels.findMasterPort());
  const onMaster = async <T>(use: (master: Redis) => Promise<T>) =>
    use(await servers.client(await getMasterPort()));
  const waitForReplicas = () =>
    waitUntil(() => onMaster(countGoodReplicas).then((good) => good === 2 || undefined));
  await waitForReplicas();
  await waitUntil(() => sentinels.areComplete());
  const redisUrl = 'redis://sentinel';
  const hosts = sentinels.ports.map((port) => ({ host: '127.0.0.1', port }));
  return {
    target: { redisUrl, sentinel: { sentinels: hosts, name: MASTER_NAME, waitReplicas: 1 } },
    settings: {
      REDIS_URL: redisUrl,
      REDIS_SENTINELS: hosts.map(({ host, port }) => `${host}:${port}`).join(','),
      REDIS_SENTINEL_NAME: MASTER_NAME,
    },
    getMasterPort,
    killMaster: async (port) => servers.kill(port ?? (await getMasterPort())),
    freezeMaster: async () => servers.signal(await getMasterPort(), 'SIGSTOP'),
    thaw: (port) => void servers.signal(port, 'SIGCONT'),
    cutReplication: async () => {
      const port = await getMasterPort();
      const client = await servers.client(port);
      await client.config('SET', 'min-replicas-to-write', 0);
      const off = client.call('ACL', 'SETUSER', REPLICA_USER, 'off');
      await Promise.all([off, client.call('CLIENT', 'KILL', 'USER', REPLICA_USER)]);
      return port;
    },
    waitForFailover: (oldPort) =>
      waitUntil(async () => {
        const port = await sentinels.findMasterPort();
        return port === oldPort ? undefined : port;
      }),
    restore: async () => {
      await servers.startAll(await getMasterPort());
      await servers.allowReplicas();
      await waitForReplicas();
    },
    close: async () => {
      await sentinels.close();
      await servers.close();
      if (dir === undefined) await rm(base, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function countGoodReplicas(master: Redis): Promise<number> {
  return Number(/min_slaves_good_slaves:(\d+)/.exec(await master.info('replication'))?.[1] ?? 0);
}

/** Runs a master and its replicas, which keep their ports and files. */
async function startServers(base: string) {
  const ports = await Promise.all(Array.from({ length: SERVERS }, freePort));
  const running = new Map<number, RedisServer>();
  const clients = new Map(ports.map((port) => [port, openClient(port)]));
  const start = async (port: number, masterPort: number): Promise<void> => {
    const dir = join(base, `redis-${port}`);
    await mkdir(dir, { recursive: true });
    const role: Readonly<Record<string, readonly string[]>> =
      port === masterPort ? {} : { replicaof: ['127.0.0.1', String(masterPort)] };
    running.set(port, await startRedisServer({ dir, port, settings: { ...SERVER_SETTINGS, ...role } }));
  };
  const signal = (port: number, name: NodeJS.Signals): number => {
    const pid = running.get(port)?.pid;
    if (pid !== undefined) process.kill(pid, name);
    return port;
  };
  const startAll = async (masterPort: number): Promise<void> => {
    for (const port of running.keys()) signal(port, 'SIGCONT');
    await Promise.all(ports.filter((port) => !running.has(port)).map((port) => start(port, masterPort)));
  };
  await startAll(ports[0] ?? 0);
  return {
    listPorts: () => ports,
    client: async (port: number) => clients.get(port) ?? openClient(port),
    kill: async (port: number) => {
      await running.get(port)?.kill();
      running.delete(port);
      return port;
    },
    signal,
    startAll,
    allowReplicas: async () => {
      const allow = async (client: Redis): Promise<void> => {
        await client.call('ACL', 'SETUSER', REPLICA_USER, 'on');
        await client.config('SET', 'min-replicas-to-write', 1);
      };
      await Promise.all([...clients.values()].map((client) => allow(client).catch(() => undefined)));
    },
    close: async () => {
      for (const client of clients.values()) client.disconnect();
      await Promise.all([...running.values()].map((each) => each.kill()));
    },
  };
}
