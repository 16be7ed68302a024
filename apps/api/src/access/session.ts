import { hkdfSync, randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { KeyRing, KnownKey } from './keys.ts';

const COOKIE = 'trainyard_session';
const SESSION_MS = 12 * 3_600_000;

const sessionSchema = z.strictObject({ key: z.string(), until: z.number() });

/**
 * Derives the secret that signs session cookies from the webhook secret, so that all processes accept each other's
 * sessions. Without a webhook secret it is random and valid in this process only.
 */
export function deriveSessionSecret(webhookSecret: string | undefined): string {
  return webhookSecret === undefined
    ? randomBytes(32).toString('hex')
    : Buffer.from(hkdfSync('sha256', webhookSecret, '', 'trainyard session', 32)).toString('hex');
}

/** Sets a signed session cookie for a key, valid for 12 h. @returns time of expiry, epoch ms */
export function openSession(reply: FastifyReply, key: KnownKey): number {
  const until = Date.now() + SESSION_MS;
  const value = JSON.stringify({ key: key.hash.toString('hex'), until });
  void reply.setCookie(COOKIE, Buffer.from(value).toString('base64url'), {
    signed: true,
    httpOnly: true,
    sameSite: 'strict',
    secure: 'auto',
    path: '/',
    maxAge: SESSION_MS / 1_000,
  });
  return until;
}

/** Deletes the session cookie. */
export function closeSession(reply: FastifyReply): void {
  void reply.clearCookie(COOKIE, { path: '/' });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Finds the key of a request's session cookie. A forged or expired cookie, or a key that was removed, yields undefined. */
export function findSessionKey(request: FastifyRequest, ring: KeyRing): KnownKey | undefined {
  const cookie = request.cookies[COOKIE];
  if (cookie === undefined) return undefined;
  const { valid, value } = request.unsignCookie(cookie);
  if (!valid || value === null) return undefined;
  const session = sessionSchema.safeParse(parseJson(Buffer.from(value, 'base64url').toString()));
  if (!session.success || session.data.until <= Date.now()) return undefined;
  return ring.byHash(session.data.key);
}
