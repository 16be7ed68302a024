import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { inspectRedis, localRedisUrl, startRedisServer } from '@trainyard/redis';

/** A Redis of this process's own. */
export interface EmbeddedRedis {
  readonly url: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** Thrown when the files of an embedded Redis belong to another process. */
export class EmbeddedRedisError extends Error {
  readonly code = 'embedded_redis';
  readonly retryable = false;
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedRedisError';
  }
}

const STOP_TIMEOUT_MS = 5_000;
const POLL_INTERVAL_MS = 30;

/** The address of the Redis that serves this folder just now. */
export async function findRedis(dir: string): Promise<string | undefined> {
  const owner = await findOwner(dir);
  return owner && localRedisUrl(owner.port);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

interface Owner {
  readonly pid: number;
  readonly ownerPid: number;
  readonly port: number;
}

function ownerFile(dir: string): string {
  return join(dir, 'owner.json');
}

async function readOwner(dir: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(ownerFile(dir), 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

/** Whether that process is really the Redis of this folder, and not a stranger who was given its number. */
async function isRedisOfFolder({ pid, port }: Owner, dir: string): Promise<boolean> {
  const serverInfo = await inspectRedis(localRedisUrl(port)).catch(() => undefined);
  return serverInfo?.dir === dir && serverInfo.pid === pid;
}

async function findOwner(dir: string): Promise<Owner | undefined> {
  const owner = await readOwner(dir);
  return owner && isAlive(owner.pid) && (await isRedisOfFolder(owner, dir)) ? owner : undefined;
}

/** Two servers on the same files would destroy them: one that was left behind by a killed owner is ended first. */
async function stopOrphanedRedis(dir: string): Promise<void> {
  const owner = await findOwner(dir);
  if (owner === undefined) return;
  if (isAlive(owner.ownerPid))
    throw new EmbeddedRedisError(`Another trainyard (process ${owner.ownerPid}) is at work in ${dir}`);
  process.kill(owner.pid, 'SIGTERM');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isAlive(owner.pid) && Date.now() < deadline) await wait(POLL_INTERVAL_MS);
  if (isAlive(owner.pid)) throw new EmbeddedRedisError(`Redis (process ${owner.pid}) does not leave ${dir}`);
}

/**
 * Starts a Redis on a free port of this machine that keeps its files in `dir`, and owns them until it is closed. Throws
 * {@link EmbeddedRedisError} while somebody else does, and RedisServerError when none can be run.
 */
export async function startRedis(dir: string): Promise<EmbeddedRedis> {
  await mkdir(dir, { recursive: true });
  await stopOrphanedRedis(dir);
  const { url, pid, port, stop } = await startRedisServer({ dir });
  const owner: Owner = { pid, ownerPid: process.pid, port };
  await writeFile(ownerFile(dir), JSON.stringify(owner));
  const close = async (): Promise<void> => {
    await stop();
    await rm(ownerFile(dir), { force: true });
  };
  return { url, pid, close };
}
