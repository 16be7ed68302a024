import type { SessionStore } from '@trainyard/application';
import type { Scope } from '@trainyard/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ForbiddenError, UnauthorizedError } from '../problems/errors.ts';
import { includesScope, type KeyRing, type KnownKey } from './keys.ts';
import type { RateLimits } from './rate-limits.ts';
import { requireOwnHost, requireSameSite } from './same-site.ts';
import { findSession } from './session.ts';

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

/** Keys, sessions and origins that the API accepts, and the limits of their requests. */
export interface AccessRules {
  readonly ring: KeyRing;
  readonly sessions: SessionStore;
  /** Foreign origins that may send mutating requests (`CORS_ORIGINS`). */
  readonly corsOrigins: readonly string[];
  readonly rateLimits: RateLimits;
}

/** Registers the check of keys, scopes and rate limits for every route that is registered afterwards. */
export function registerAuth(app: FastifyInstance, rules: AccessRules): void {
  const { ring, rateLimits } = rules;
  app.addHook('onRequest', async (request, reply) => {
    const required = request.is404 ? 'public' : getRequiredAccess(request);
    if (required !== 'public' && ring.locked) request.apiKey = await findKey(request, rules);
    // A route with `config.rateLimit` counts its requests itself.
    if (request.routeOptions.config.rateLimit === undefined) await rateLimits.countRequest(request, reply);
    if (required === 'public') return;
    if (ring.locked && !request.apiKey && getHeaderKey(request) !== undefined)
      await rateLimits.countRefusedKey(request, reply);
    requireAccess(request, rules, required);
  });
}

function getRequiredAccess(request: FastifyRequest): Access {
  return request.routeOptions.config.access ?? (['GET', 'HEAD'].includes(request.method) ? 'read' : 'write');
}

/** The API key in the headers of a request; it outranks the session cookie. */
export function getHeaderKey({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const header = headers['x-api-key'];
  if (typeof header === 'string') return header;
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

/** Finds the key of a request by its header or its session. Throws StoreUnavailableError. */
async function findKey(request: FastifyRequest, rules: AccessRules): Promise<KnownKey | undefined> {
  const bearer = getHeaderKey(request);
  return bearer === undefined ? (await findSession(request, rules))?.key : rules.ring.match(bearer);
}

/**
 * Checks that a request has the required scope. Without configured keys it must come from this machine. Throws
 * UnauthorizedError, ForbiddenError, ForeignHostError or CrossSiteError.
 */
function requireAccess(request: FastifyRequest, rules: AccessRules, required: Scope): void {
  const { ring, corsOrigins } = rules;
  if (!ring.locked) requireOwnHost(request);
  requireSameSite(request, corsOrigins);
  if (!ring.locked) return;
  const { apiKey: key } = request;
  if (!key) throw new UnauthorizedError();
  if (!includesScope(key.scope, required)) throw new ForbiddenError(required);
}
