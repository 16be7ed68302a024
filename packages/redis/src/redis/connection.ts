import { setTimeout as wait } from 'node:timers/promises';
import { type Backoff, calculateBackoffMs } from '@trainyard/domain';
import { Redis } from 'ioredis';
import type { ConnectionOptions } from './address.ts';

/** The options of all connections to a Redis, and the prefix of all keys. */
export interface RedisAddress {
  readonly options: ConnectionOptions;
  /** The same hash tag for all keys, so that a script can use any of them. */
  readonly prefix: string;
}

/** Called with each error of a connection; ioredis reconnects without help. */
export type OnRedisError = (error: unknown) => void;

const RECONNECT_BACKOFF: Backoff = { firstMs: 100, maxMs: 1_000 };
/** After this time a command fails with StoreUnavailableError. */
const COMMAND_TIMEOUT_MS = 5_000;

/** Reconnects after 100 ms, then after at most 1 s. BullMQ's own strategy waits 1 to 20 s. */
function retryStrategy(times: number): number {
  return calculateBackoffMs(RECONNECT_BACKOFF, times - 1);
}

/** Opens a connection for commands, which fail after 5 s or three reconnects. */
export function connectForCommands(address: RedisAddress, onError: OnRedisError): Redis {
  return connect(address, { commandTimeout: COMMAND_TIMEOUT_MS, maxRetriesPerRequest: 3 }, onError);
}

/** Opens a connection for blocking reads (BullMQ workers, streams); its commands never time out. */
export function connectForBlocking(address: RedisAddress, onError: OnRedisError): Redis {
  return connect(address, { maxRetriesPerRequest: null }, onError);
}

function connect(address: RedisAddress, options: ConnectionOptions, onError: OnRedisError): Redis {
  const redis = new Redis({
    ...address.options,
    ...options,
    retryStrategy,
    sentinelRetryStrategy: retryStrategy,
  });
  redis.on('error', (error: Error) => {
    onError(error);
    // ioredis reports a refused SELECT and would continue in database 0.
    if (/DB index is out of range/.test(error.message)) redis.disconnect(true);
  });
  return redis;
}

/** Closes a connection with QUIT when it is ready, and immediately otherwise. */
export async function disconnect(redis: Redis): Promise<void> {
  if (redis.status !== 'ready') return redis.disconnect();
  await redis.quit().catch(() => redis.disconnect());
}

/** A worker, a queue or queue events of BullMQ. */
interface BullConnection {
  close(): Promise<void>;
  disconnect(): Promise<void>;
}

/** After this time, a part is disconnected while its Redis is unavailable. */
const CLOSE_TIMEOUT_MS = 2_000;

/**
 * Closes a part of BullMQ after its current work. BullMQ would wait for an unavailable Redis without limit; after 2 s
 * such a part is disconnected instead.
 */
export async function closeWithTimeout(part: BullConnection, redis: Redis): Promise<void> {
  const done = new AbortController();
  const closed = part
    .close()
    .finally(() => done.abort())
    .then(() => true);
  const timeout = (): Promise<boolean> =>
    wait(CLOSE_TIMEOUT_MS, false, { signal: done.signal }).catch(() => true);
  while (!(await Promise.race([closed, timeout()]))) {
    if (redis.status === 'ready') continue;
    void part.disconnect().catch(() => undefined);
    return;
  }
}
