import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { askRedis } from '@trainyard/queue';

/** A Redis of this process's own. */
export interface EmbeddedRedis {
  readonly url: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** Thrown when no Redis of our own can be started. */
export class EmbeddedRedisError extends Error {
  readonly code = 'embedded_redis';
  readonly retryable = false;
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedRedisError';
  }
}

const HOST = '127.0.0.1';
const READY_WITHIN_MS = 10_000;
const END_WITHIN_MS = 5_000;
const ASK_EVERY_MS = 30;

const urlOf = (port: number): string => `redis://${HOST}:${port}`;

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

/** What a 202 promises needs `always` (DESIGN §6); nothing may be evicted. */
const argsOf = (port: number, dir: string): readonly string[] =>
  Object.entries({
    port: String(port),
    bind: HOST,
    dir,
    save: '',
    appendonly: 'yes',
    appendfsync: 'always',
    'maxmemory-policy': 'noeviction',
    'enable-debug-command': 'no',
  }).flatMap(([name, value]) => [`--${name}`, value]);

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

interface Owner {
  readonly pid: number;
  readonly ownerPid: number;
  readonly port: number;
}

const ownerFile = (dir: string): string => join(dir, 'owner.json');

const readOwner = async (dir: string): Promise<Owner | undefined> => {
  try {
    return JSON.parse(await readFile(ownerFile(dir), 'utf8')) as Owner;
  } catch {
    return undefined;
  }
};

/** Whether that process is really the Redis of this folder, and not a stranger who was given its number. */
const isOurs = async ({ pid, port }: Owner, dir: string): Promise<boolean> => {
  const facts = await askRedis(urlOf(port)).catch(() => undefined);
  return facts?.dir === dir && facts.pid === pid;
};

const findOwner = async (dir: string): Promise<Owner | undefined> => {
  const owner = await readOwner(dir);
  return owner && isAlive(owner.pid) && (await isOurs(owner, dir)) ? owner : undefined;
};

/** The address of the Redis that serves this folder just now. */
export const findRedis = async (dir: string): Promise<string | undefined> => {
  const owner = await findOwner(dir);
  return owner && urlOf(owner.port);
};

/** Two servers on the same files would destroy them: one that was left behind by a killed owner is ended first. */
const takeOver = async (dir: string): Promise<void> => {
  const owner = await findOwner(dir);
  if (owner === undefined) return;
  if (isAlive(owner.ownerPid))
    throw new EmbeddedRedisError(`Another trainyard (process ${owner.ownerPid}) is at work in ${dir}`);
  process.kill(owner.pid, 'SIGTERM');
  const until = Date.now() + END_WITHIN_MS;
  while (isAlive(owner.pid) && Date.now() < until) await wait(ASK_EVERY_MS);
  if (isAlive(owner.pid)) throw new EmbeddedRedisError(`Redis (process ${owner.pid}) does not leave ${dir}`);
};

const untilReady = async (child: ChildProcess, port: number): Promise<void> => {
  let fault: Error | undefined;
  child.once('error', (error) => {
    fault = error;
  });
  const until = Date.now() + READY_WITHIN_MS;
  for (;;) {
    if (fault) throw new EmbeddedRedisError('redis-server cannot be run; is it installed?', { cause: fault });
    if (child.exitCode !== null) throw new EmbeddedRedisError(`redis-server ended with ${child.exitCode}`);
    const facts = await askRedis(urlOf(port)).catch(() => undefined);
    if (facts?.loading === false) return;
    if (Date.now() > until) throw new EmbeddedRedisError('redis-server does not answer');
    await wait(ASK_EVERY_MS);
  }
};

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const slow = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
  await gone;
  clearTimeout(slow);
};

/**
 * Starts a Redis on a free port of this machine that keeps its files in `dir`. It stands apart from the terminal, so
 * that Ctrl-C lets us close in order, and ends with this process at the latest. Throws {@link EmbeddedRedisError}.
 */
export const startRedis = async (dir: string): Promise<EmbeddedRedis> => {
  await mkdir(dir, { recursive: true });
  await takeOver(dir);
  const port = await freePort();
  const child = spawn('redis-server', argsOf(port, dir), { stdio: 'ignore', detached: true });
  const endAtOnce = (): void => void child.kill('SIGKILL');
  process.once('exit', endAtOnce);
  const close = async (): Promise<void> => {
    await end(child);
    process.off('exit', endAtOnce);
    await rm(ownerFile(dir), { force: true });
  };
  try {
    await untilReady(child, port);
    const pid = child.pid ?? 0;
    const owner: Owner = { pid, ownerPid: process.pid, port };
    await writeFile(ownerFile(dir), JSON.stringify(owner));
    return { url: urlOf(port), pid, close };
  } catch (error) {
    await close();
    throw error;
  }
};
