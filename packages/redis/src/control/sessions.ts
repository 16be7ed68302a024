import { MAX_SESSIONS, type SessionStore } from '@trainyard/application';
import type { Redis } from 'ioredis';
import { unwrapPipeline, withStoreErrors } from '../redis/calls.ts';
import type { Keys } from '../redis/keys.ts';
import { findSession, openSession } from '../scripts/document-scripts.ts';

/** Sessions in Redis: the key digest of each, and their order by the time of expiry. */
export function createSessionStore(redis: Redis, keys: Keys): SessionStore {
  const endSessions = async (ids: readonly string[]): Promise<void> => {
    if (ids.length === 0) return;
    const ends = redis.multi().hdel(keys.sessions, ...ids);
    unwrapPipeline(await ends.zrem(keys.sessionExpiry, ...ids).exec());
  };
  return {
    open: (id, keyDigest, ttlMs) =>
      withStoreErrors(async () => {
        const expiresAt = await openSession(redis, keys, { id, keyDigest, ttlMs }, MAX_SESSIONS);
        return { keyDigest, expiresAt };
      }),
    find: (id) =>
      withStoreErrors(async () => {
        const [keyDigest, expiresAt] = await findSession(redis, keys, id);
        return keyDigest === undefined ? undefined : { keyDigest, expiresAt: Number(expiresAt) };
      }),
    end: (id) => withStoreErrors(() => endSessions([id])),
    retainKeys: (keyDigests) =>
      withStoreErrors(async () => {
        const sessions = Object.entries(await redis.hgetall(keys.sessions));
        const ended = sessions.filter(([, digest]) => !keyDigests.includes(digest)).map(([id]) => id);
        await endSessions(ended);
        return ended.length;
      }),
  };
}
