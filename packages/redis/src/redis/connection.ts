import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** Where Redis is, and under which hash tag everything of ours lies there. */
export interface RedisAddress {
  readonly url: string;
  /** One hash tag for all keys: a script may touch any of them. */
  readonly prefix: string;
}

/** Called with every fault of a connection; ioredis reconnects by itself. */
export type OnRedisError = (error: unknown) => void;

const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 1_000;
/** How long one command may take before the caller is told that the store is away. */
const COMMAND_TIMEOUT_MS = 5_000;

/** Soon again, then each second: BullMQ's own waits 1 to 20 s (DESIGN §4 rule 10). */
function retryStrategy(times: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** Math.min(times, 10), MAX_RETRY_MS);
}

/** A connection for commands that answer or fail soon. */
export function connectForCommands(address: RedisAddress, onError: OnRedisError): Redis {
  const redis = new Redis(address.url, {
    retryStrategy,
    commandTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 3,
  });
  redis.on('error', onError);
  return redis;
}

/** A connection for BullMQ's waiting readers, which must never give a command up. */
export function connectForBlocking(address: RedisAddress, onError: OnRedisError): Redis {
  const redis = new Redis(address.url, { retryStrategy, maxRetriesPerRequest: null });
  redis.on('error', onError);
  return redis;
}

/** Says goodbye when Redis listens, hangs up when it does not. */
export async function disconnect(redis: Redis): Promise<void> {
  if (redis.status !== 'ready') return redis.disconnect();
  await redis.quit().catch(() => redis.disconnect());
}

/** A worker, a queue or its events: something of BullMQ's that waits on a connection. */
interface BullConnection {
  close(): Promise<void>;
  disconnect(): Promise<void>;
}

/** How long Redis may be away before nobody waits for it to say goodbye. */
const CLOSE_TIMEOUT_MS = 2_000;

/** Closes a part of BullMQ's after what it does just now. It would wait for a Redis that is away without an end: that is hung up on. */
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
