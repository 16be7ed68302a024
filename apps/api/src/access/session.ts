import { createHash, randomBytes } from 'node:crypto';
import type { Session, SessionStore } from '@trainyard/application';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KeyRing, KnownKey } from './keys.ts';
import { hasForeignOrigin } from './same-site.ts';

const COOKIE = 'trainyard_session';
const SESSION_MS = 12 * 3_600_000;
const ID_BYTES = 32;
const ID = /^[\w-]{43}$/;

/** Session of a request with its key. */
export interface KnownSession extends Session {
  readonly key: KnownKey;
}

/**
 * Opens a session for a key, valid for 12 h, and sets its cookie. The previous session of the browser ends. Throws
 * StoreUnavailableError. @returns time of expiry, epoch ms, real
 */
export async function openSession(
  reply: FastifyReply,
  sessions: SessionStore,
  key: KnownKey,
): Promise<number> {
  await endSession(reply.request, sessions);
  const id = randomBytes(ID_BYTES).toString('base64url');
  const { expiresAt } = await sessions.open(hashId(id), key.digest, SESSION_MS);
  void reply.setCookie(COOKIE, id, {
    httpOnly: true,
    sameSite: 'strict',
    secure: reply.request.protocol === 'https',
    path: '/',
    maxAge: SESSION_MS / 1_000,
  });
  return expiresAt;
}

/** Ends the session of a request in the state store and deletes its cookie. Throws StoreUnavailableError. */
export async function closeSession(reply: FastifyReply, sessions: SessionStore): Promise<void> {
  await endSession(reply.request, sessions);
  void reply.clearCookie(COOKIE, { path: '/' });
}

async function endSession(request: FastifyRequest, sessions: SessionStore): Promise<void> {
  const id = getSessionId(request);
  if (id !== undefined) await sessions.end(hashId(id));
}

/**
 * Finds the session of a request. A cookie from a different origin, an unknown, ended or expired session, and a removed
 * key yield undefined. Throws StoreUnavailableError.
 */
export async function findSession(
  request: FastifyRequest,
  { ring, sessions }: { readonly ring: KeyRing; readonly sessions: SessionStore },
): Promise<KnownSession | undefined> {
  const id = getSessionId(request);
  const session = id === undefined ? undefined : await sessions.find(hashId(id));
  const key = session && ring.byDigest(session.keyDigest);
  return session && key && { ...session, key };
}

/** The session id of the cookie. The cookie is not accepted from pages of a different origin, also on the same host. */
function getSessionId(request: FastifyRequest): string | undefined {
  const id = request.cookies[COOKIE];
  return id !== undefined && ID.test(id) && !hasForeignOrigin(request) ? id : undefined;
}

/** The store keeps digests of ids only, so that a copy of it opens no session. */
function hashId(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}
