import type { Scope } from '@trainyard/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ForbiddenError, UnauthorizedError } from './errors.ts';
import { includesScope, type KeyRing, type KnownKey } from './keys.ts';
import { requireOwnHost, requireSameSite } from './origin.ts';
import { findSessionKey } from './session.ts';

/** `public`: health, login and webhooks, which prove themselves otherwise. */
type Access = Scope | 'public';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call a route; without it a key that reads may GET, and one that writes may do the rest. */
    readonly access?: Access;
  }
}

function getRequiredAccess(request: FastifyRequest): Access {
  return request.routeOptions.config.access ?? (['GET', 'HEAD'].includes(request.method) ? 'read' : 'write');
}

function getHeaderKey({ headers }: FastifyRequest): string | undefined {
  const header = headers['x-api-key'];
  if (typeof header === 'string') return header;
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

/** A key in a header counts alone; a cookie only where the request comes from our own pages. */
function findKey(request: FastifyRequest, ring: KeyRing): KnownKey | undefined {
  const bearer = getHeaderKey(request);
  if (bearer !== undefined) return ring.match(bearer);
  const key = findSessionKey(request, ring);
  if (key) requireSameSite(request);
  return key;
}

/** Lets a request pass if it may do this. Throws UnauthorizedError, ForbiddenError and the errors of origin. */
export function requireAccess(request: FastifyRequest, ring: KeyRing, wanted: Scope): void {
  if (!ring.locked) {
    requireOwnHost(request);
    requireSameSite(request);
    return;
  }
  const key = findKey(request, ring);
  if (!key) throw new UnauthorizedError();
  if (!includesScope(key.scope, wanted)) throw new ForbiddenError(wanted);
}

/** Guards every route that comes after it. */
export function registerAuth(app: FastifyInstance, ring: KeyRing): void {
  app.addHook('onRequest', async (request) => {
    if (request.is404) return;
    const wanted = getRequiredAccess(request);
    if (wanted !== 'public') requireAccess(request, ring, wanted);
  });
}
