import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';

/** The name of the master at the Sentinels. */
export const MASTER_NAME = 'trainyard';
const SENTINELS = 3;
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

/** Starts three Sentinels that watch the master of this port, with a client of each. */
export async function startSentinels(base: string, masterPort: number) {
  const ports = await Promise.all(Array.from({ length: SENTINELS }, freePort));
  const processes = await Promise.all(ports.map((port) => spawnSentinel(base, port, masterPort)));
  const clients = ports.map(openClient);
  for (const client of clients) await waitUntil(() => client.call('SENTINEL', 'DEBUG', ...FAST_SENTINEL));
  /** A Sentinel that leads a failover names the new master before it has ended; the loss of that master would block it. */
  const findMasterPort = async (): Promise<number | undefined> => {
    const replies = await Promise.all(
      clients.map((client) => client.call('SENTINEL', 'MASTER', MASTER_NAME)),
    );
    const masters = (replies as readonly (readonly string[])[]).map(toFields);
    const ports = new Set(masters.map(({ port }) => Number(port)));
    const [first, ...others] = ports;
    return others.length === 0 && masters.every(({ flags }) => flags === 'master') ? first : undefined;
  };
  return {
    ports,
    findMasterPort,
    areComplete: async (): Promise<true | undefined> => {
      const replies = await Promise.all(
        clients.map((client) => client.call('SENTINEL', 'CKQUORUM', MASTER_NAME)),
      );
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

/** Repeats a call until it returns a value; a call that throws is repeated. Throws after 100 s. */
export async function waitUntil<T>(find: () => Promise<T | undefined>): Promise<T> {
  const deadlineMs = performance.now() + TIMEOUT_MS;
  for (;;) {
    const found = await find().catch(() => undefined);
    if (found !== undefined) return found;
    if (performance.now() > deadlineMs)
      throw new Error('The Sentinel group did not reach the expected state in 100 s');
    await sleep(POLL_MS);
  }
}

/** Opens a client that fails at once while its server is unavailable. */
export function openClient(port: number): Redis {
  const client = new Redis(port, '127.0.0.1', {
    lazyConnect: true,
    commandTimeout: 500,
    maxRetriesPerRequest: 0,
    retryStrategy: () => POLL_MS,
  });
  client.on('error', () => undefined);
  return client;
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
      `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${masterPort} ${QUORUM}`,
    ],
    `sentinel down-after-milliseconds ${MASTER_NAME} ${DOWN_AFTER_MS}`,
    `sentinel failover-timeout ${MASTER_NAME} ${FAILOVER_TIMEOUT_MS}`,
    `sentinel parallel-syncs ${MASTER_NAME} 2`,
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
