import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { inspectRedis, localRedisUrl, startRedisServer } from '@trainyard/redis';
import { createFolder } from '@trainyard/storage';

/** A Redis owned by this process. */
export interface EmbeddedRedis {
  readonly url: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** Thrown when a different process owns the files of the embedded Redis. */
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

/** Finds the address of the Redis that currently serves this folder; undefined without a Redis. */
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

/** Whether that process is the Redis of this folder, and not an unrelated process with the same pid. */
async function isRedisOfFolder({ pid, port }: Owner, dir: string): Promise<boolean> {
  const serverInfo = await inspectRedis(localRedisUrl(port)).catch(() => undefined);
  return serverInfo?.dir === dir && serverInfo.pid === pid;
}

async function findOwner(dir: string): Promise<Owner | undefined> {
  const owner = await readOwner(dir);
  return owner && isAlive(owner.pid) && (await isRedisOfFolder(owner, dir)) ? owner : undefined;
}

/** Stops a Redis whose owner was killed: two servers on the same files would destroy them. Throws EmbeddedRedisError. */
async function stopOrphanedRedis(dir: string): Promise<void> {
  const owner = await findOwner(dir);
  if (owner === undefined) return;
  if (isAlive(owner.ownerPid))
    throw new EmbeddedRedisError(`A different trainyard (process ${owner.ownerPid}) uses ${dir}`);
  process.kill(owner.pid, 'SIGTERM');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isAlive(owner.pid) && Date.now() < deadline) await wait(POLL_INTERVAL_MS);
  if (isAlive(owner.pid))
    throw new EmbeddedRedisError(`Redis (process ${owner.pid}) in ${dir} did not stop within 5 s`);
}

/**
 * Starts a Redis on a free loopback port with its files in `dir`, and owns them until it is closed. Throws
 * {@link EmbeddedRedisError} while a different process owns them, and RedisServerError if Redis cannot be started.
 */
export async function startRedis(dir: string): Promise<EmbeddedRedis> {
  await createFolder(dir);
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
