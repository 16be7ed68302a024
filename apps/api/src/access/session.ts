import { hkdfSync, randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { KeyRing, KnownKey } from './keys.ts';

const COOKIE = 'trainyard_session';
const SESSION_MS = 12 * 3_600_000;

const sessionSchema = z.strictObject({ key: z.string(), until: z.number() });

/** The secret that signs sessions: made from the webhooks' one, so that all processes agree; else of this process. */
export function deriveSessionSecret(webhookSecret: string | undefined): string {
  return webhookSecret === undefined
    ? randomBytes(32).toString('hex')
    : Buffer.from(hkdfSync('sha256', webhookSecret, '', 'trainyard session', 32)).toString('hex');
}

/** Gives the browser a signed cookie that stands for this key. @returns until when it counts, epoch ms */
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

/** Takes the cookie back. */
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

/** The key that a request's cookie stands for; a key that is no longer configured opens nothing. */
export function findSessionKey(request: FastifyRequest, ring: KeyRing): KnownKey | undefined {
  const cookie = request.cookies[COOKIE];
  if (cookie === undefined) return undefined;
  const { valid, value } = request.unsignCookie(cookie);
  if (!valid || value === null) return undefined;
  const session = sessionSchema.safeParse(parseJson(Buffer.from(value, 'base64url').toString()));
  if (!session.success || session.data.until <= Date.now()) return undefined;
  return ring.byHash(session.data.key);
}
