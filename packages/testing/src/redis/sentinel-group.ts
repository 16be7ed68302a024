import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisServer, type RedisTarget, startRedisServer } from '@trainyard/redis';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';

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

const NAME = 'trainyard';
const SERVERS = 3;
const QUORUM = 2;
const DOWN_AFTER_MS = 1_500;
const FAILOVER_TIMEOUT_MS = 3_000;
/** Intervals of the Sentinels in ms. With the defaults, a single late ping of a busy machine starts a failover. */
const FAST_SENTINEL = [
  ...['info-period', '300', 'publish-period', '200', 'ask-period', '200', 'ping-period', '250'],
  ...['min-link-reconnect-period', '1000', 'slave-reconf-timeout', '2000', 'tilt-period', '3000'],
];
const POLL_MS = 25;
const TIMEOUT_MS = 100_000;

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
    target: { redisUrl, sentinel: { sentinels: hosts, name: NAME, waitReplicas: 1 } },
    settings: {
      REDIS_URL: redisUrl,
      REDIS_SENTINELS: hosts.map(({ host, port }) => `${host}:${port}`).join(','),
      REDIS_SENTINEL_NAME: NAME,
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

/** Repeats a call until it returns a value; a call that throws is repeated. Throws after 100 s. */
async function waitUntil<T>(find: () => Promise<T | undefined>): Promise<T> {
  const deadlineMs = performance.now() + TIMEOUT_MS;
  for (;;) {
    const found = await find().catch(() => undefined);
    if (found !== undefined) return found;
    if (performance.now() > deadlineMs)
      throw new Error('The Sentinel group did not reach the expected state in 100 s');
    await sleep(POLL_MS);
  }
}

async function countGoodReplicas(master: Redis): Promise<number> {
  return Number(/min_slaves_good_slaves:(\d+)/.exec(await master.info('replication'))?.[1] ?? 0);
}

/** Opens a client that fails at once while its server is unavailable. */
function openClient(port: number): Redis {
  const client = new Redis(port, '127.0.0.1', {
    lazyConnect: true,
    commandTimeout: 500,
    maxRetriesPerRequest: 0,
    retryStrategy: () => POLL_MS,
  });
  client.on('error', () => undefined);
  return client;
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

async function startSentinels(base: string, masterPort: number) {
  const ports = await Promise.all(Array.from({ length: SERVERS }, freePort));
  const processes = await Promise.all(ports.map((port) => spawnSentinel(base, port, masterPort)));
  const clients = ports.map(openClient);
  for (const client of clients) await waitUntil(() => client.call('SENTINEL', 'DEBUG', ...FAST_SENTINEL));
  /** A Sentinel that leads a failover names the new master before it has ended; the loss of that master would block it. */
  const findMasterPort = async (): Promise<number | undefined> => {
    const replies = await Promise.all(clients.map((client) => client.call('SENTINEL', 'MASTER', NAME)));
    const masters = (replies as readonly (readonly string[])[]).map(toFields);
    const ports = new Set(masters.map(({ port }) => Number(port)));
    const [first, ...others] = ports;
    return others.length === 0 && masters.every(({ flags }) => flags === 'master') ? first : undefined;
  };
  return {
    ports,
    findMasterPort,
    areComplete: async (): Promise<true | undefined> => {
      const replies = await Promise.all(clients.map((client) => client.call('SENTINEL', 'CKQUORUM', NAME)));
      const states = await Promise.all(clients.map((client) => client.info()));
      const isComplete = states.every((text) => /slaves=2,sentinels=3/.test(text));
      return isComplete && replies.every((reply) => String(reply).startsWith('OK 3')) ? true : undefined;
    },
    close: async () => {
      for (const client of clients) client.disconnect();
      await Promise.all(processes.map((stop) => stop()));
    },
  };
}

/** Converts a reply of alternating names and values. */
function toFields(reply: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(reply.flatMap((name, at) => (at % 2 === 0 ? [[name, reply[at + 1] ?? '']] : [])));
}

/** Starts a Sentinel, which stores its state in its configuration file. @returns a function that kills it */
async function spawnSentinel(base: string, port: number, masterPort: number): Promise<() => Promise<void>> {
  const dir = join(base, `sentinel-${port}`);
  await mkdir(dir, { recursive: true });
  const lines = [
    ...[
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${dir}`,
      `sentinel monitor ${NAME} 127.0.0.1 ${masterPort} ${QUORUM}`,
    ],
    `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}`,
    `sentinel failover-timeout ${NAME} ${FAILOVER_TIMEOUT_MS}`,
    `sentinel parallel-syncs ${NAME} 2`,
  ];
  await writeFile(join(dir, 'sentinel.conf'), `${lines.join('\n')}\n`);
  const child = spawn('redis-server', [join(dir, 'sentinel.conf'), '--sentinel'], {
    stdio: 'ignore',
    detached: true,
  });
  const killOnExit = (): void => void child.kill('SIGKILL');
  process.once('exit', killOnExit);
  return async () => {
    process.off('exit', killOnExit);
    await killChild(child);
  };
}

async function killChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  await exited;
}
