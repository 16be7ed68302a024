import type { Scope } from '@trainyard/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CrossSiteError, ForbiddenError, ForeignHostError, UnauthorizedError } from '../problems/errors.ts';
import { includesScope, type KeyRing, type KnownKey } from './keys.ts';
import type { RateLimits } from './rate-limits.ts';
import { findSessionKey } from './session.ts';

/**
 * Scope that a route requires. `public` routes require no key: health, login, and routes with their own proof (webhooks,
 * signed links).
 */
type Access = Scope | 'public';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Required scope of a route. By default GET and HEAD require `read`, other methods `write`. */
    readonly access?: Access;
  }
}

/** Registers the check of keys, scopes and rate limits for every route that is registered afterwards. */
export function registerAuth(app: FastifyInstance, ring: KeyRing, rateLimits: RateLimits): void {
  app.addHook('onRequest', async (request, reply) => {
    const required = request.is404 ? 'public' : getRequiredAccess(request);
    if (required !== 'public' && ring.locked) request.apiKey = findKey(request, ring);
    // A route with `config.rateLimit` counts its requests itself.
    if (request.routeOptions.config.rateLimit === undefined) await rateLimits.countRequest(request, reply);
    if (required === 'public') return;
    if (ring.locked && !request.apiKey && getHeaderKey(request) !== undefined)
      await rateLimits.countRefusedKey(request, reply);
    requireAccess(request, ring, required);
  });
}

function getRequiredAccess(request: FastifyRequest): Access {
  return request.routeOptions.config.access ?? (['GET', 'HEAD'].includes(request.method) ? 'read' : 'write');
}

function getHeaderKey({ headers }: FastifyRequest): string | undefined {
  const header = headers['x-api-key'];
  if (typeof header === 'string') return header;
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

/**
 * Finds the key of a request. A key in a header outranks the session cookie, which is accepted from same-site requests only.
 */
function findKey(request: FastifyRequest, ring: KeyRing): KnownKey | undefined {
  const bearer = getHeaderKey(request);
  if (bearer !== undefined) return ring.match(bearer);
  const key = findSessionKey(request, ring);
  if (key) requireSameSite(request);
  return key;
}

/**
 * Checks that a request has the required scope. Without configured keys it must come from this machine.
 * Throws UnauthorizedError, ForbiddenError, ForeignHostError or CrossSiteError.
 */
export function requireAccess(request: FastifyRequest, ring: KeyRing, required: Scope): void {
  if (!ring.locked) {
    requireOwnHost(request);
    requireSameSite(request);
    return;
  }
  const { apiKey: key } = request;
  if (!key) throw new UnauthorizedError();
  if (!includesScope(key.scope, required)) throw new ForbiddenError(required);
}

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

function parseHost(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}

/** Checks that the Host header is a loopback name, which a DNS rebinding attack cannot send. Throws ForeignHostError. */
function requireOwnHost(request: FastifyRequest): void {
  const name = (request.headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
  if (!LOOPBACK_NAMES.has(name)) throw new ForeignHostError();
}

/** Rejects mutating requests that a browser sends from a different site. Throws CrossSiteError. */
export function requireSameSite(request: FastifyRequest): void {
  if (SAFE_METHODS.has(request.method)) return;
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const foreignOrigin = origin !== undefined && parseHost(origin) !== request.host;
  if (foreignOrigin || site === 'cross-site' || site === 'same-site') throw new CrossSiteError();
}
