import { MAX_SESSIONS, type Session, type SessionStore } from '../../ports/sessions.ts';

/** Creates the sessions. `getSessions` returns the stored sessions by their ids, oldest first. */
export function createMemorySessions(
  now: () => number,
  getSessions: () => Map<string, Session>,
): SessionStore {
  return {
    open: async (id, keyDigest, ttlMs) => {
      const sessions = getSessions();
      const session = { keyDigest, expiresAt: now() + ttlMs };
      sessions.delete(id);
      sessions.set(id, session);
      for (const [oldest] of [...sessions].slice(0, -MAX_SESSIONS)) sessions.delete(oldest);
      return session;
    },
    find: async (id) => {
      const session = getSessions().get(id);
      return session && session.expiresAt > now() ? session : undefined;
    },
    end: async (id) => void getSessions().delete(id),
    retainKeys: async (keyDigests) => {
      const sessions = getSessions();
      const ended = [...sessions].filter(([, { keyDigest }]) => !keyDigests.includes(keyDigest));
      for (const [id] of ended) sessions.delete(id);
      return ended.length;
    },
  };
}
