import { createHash } from 'node:crypto';
import { type IdempotencyClaim, IdempotencyConflictError, type SavedResponse } from '@trainyard/application';
import { idempotencyHeadersSchema } from '@trainyard/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { IdempotencyInFlightError, IdempotencyInterruptedError } from '../problems/errors.ts';
import { stripQuery } from './logging.ts';
import type { ApiDeps } from './options.ts';

interface HeldClaim {
  readonly key: string;
  readonly owner: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Handling of the Idempotency-Key of a POST. `own`: the use case claims the key in the script of its change.
     * `repeatable`: the route is idempotent, so that an interrupted call may be repeated. `unsaved`: like `repeatable`, but
     * the response contains secrets and is not saved. By default an interrupted call is refused when it is repeated.
     */
    readonly idempotency?: 'own' | 'repeatable' | 'unsaved';
  }
  interface FastifyRequest {
    heldClaim?: HeldClaim;
  }
}

/** Maximum length of a saved response, in characters. */
const MAX_CHARS = 4 * 1024 * 1024;
const SAVED_HEADERS = ['content-type', 'location'] as const;

/**
 * Makes every mutating POST safe to repeat. The Idempotency-Key is claimed before the handler runs, the response is kept
 * for 24 h and sent again to the same request, and a different request with the same key is refused with 422.
 */
export function registerIdempotency(app: FastifyInstance, deps: Pick<ApiDeps, 'store' | 'log'>): void {
  app.addHook('onRoute', (route) => {
    if (!needsClaim(route) || !route.schema) return;
    route.schema = { headers: idempotencyHeadersSchema, ...route.schema };
    route.preHandler = [
      ...[route.preHandler ?? []].flat(),
      async (request, reply) => claimKey(deps, request, reply),
    ];
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const { heldClaim } = request;
    if (!heldClaim) return payload;
    try {
      await finishClaim(deps, heldClaim, [reply, payload]);
    } catch (error) {
      // The response is already sent. A repeated call is treated as interrupted.
      deps.log.warn('idempotency_response_not_saved', { request_id: request.id, error });
    }
    return payload;
  });
}

/**
 * Handling of the Idempotency-Key of a route; undefined for a route without it. `refused`: an interrupted call is refused
 * when it is repeated.
 */
export function findIdempotency(route: Pick<RouteOptions, 'method' | 'config'>) {
  const { idempotency } = route.config ?? {};
  if (idempotency === 'own') return idempotency;
  return needsClaim(route) ? (idempotency ?? 'refused') : undefined;
}

/** A POST needs a claim unless it only reads, is public, or claims the key itself. */
function needsClaim({ method, config }: Pick<RouteOptions, 'method' | 'config'>): boolean {
  return (
    [method].flat().includes('POST') &&
    config?.idempotency !== 'own' &&
    config?.access !== 'read' &&
    config?.access !== 'public'
  );
}

function replayResponse(reply: FastifyReply, { status, headers, body }: SavedResponse): FastifyReply {
  return reply
    .code(status)
    .headers(headers)
    .header('idempotency-replayed', 'true')
    .serializer((text: unknown) => String(text))
    .send(body);
}

async function claimKey(deps: Pick<ApiDeps, 'store'>, request: FastifyRequest, reply: FastifyReply) {
  const { claim: requestedClaim } = toIdempotencyClaim(request);
  if (!requestedClaim) return;
  const answer = await deps.store.idempotencyClaims.claim(requestedClaim);
  switch (answer.kind) {
    case 'replayed':
      return replayResponse(reply, answer.response);
    case 'conflict':
      throw new IdempotencyConflictError();
    case 'in_flight':
      throw new IdempotencyInFlightError();
    case 'claimed':
      if (answer.interrupted && request.routeOptions.config.idempotency === undefined) {
        await deps.store.idempotencyClaims.markInterrupted(requestedClaim.key, answer.owner);
        throw new IdempotencyInterruptedError();
      }
      request.heldClaim = { key: requestedClaim.key, owner: answer.owner };
  }
}

/**
 * Returns the id that the first call with the same Idempotency-Key reserved, so that a repeated call continues its work.
 * Without a key, returns the new id.
 */
export async function getOrReserveId(
  { store }: Pick<ApiDeps, 'store'>,
  { heldClaim }: Pick<FastifyRequest, 'heldClaim'>,
  newId: string,
): Promise<string> {
  return heldClaim ? store.idempotencyClaims.getOrSaveNote(heldClaim.key, newId) : newId;
}

function getSavedHeaders(reply: FastifyReply): Readonly<Record<string, string>> {
  return Object.fromEntries(
    SAVED_HEADERS.flatMap((name) => {
      const value = reply.getHeader(name);
      return value === undefined ? [] : [[name, String(value)]];
    }),
  );
}

/**
 * Saves the response of a claimed call. A 4xx had no effect, so that its key is released. After a 5xx the effect is
 * unknown, and the key is marked as interrupted.
 */
async function finishClaim(
  deps: Pick<ApiDeps, 'store'>,
  { key, owner }: HeldClaim,
  [reply, payload]: readonly [FastifyReply, unknown],
): Promise<void> {
  const { idempotencyClaims } = deps.store;
  const { statusCode: status } = reply;
  if (status >= 400 && status < 500) return idempotencyClaims.release(key, owner);
  const isSavable = typeof payload === 'string' && payload.length <= MAX_CHARS;
  const maySave = reply.request.routeOptions.config.idempotency !== 'unsaved';
  if (status >= 500 || !isSavable || !maySave) return idempotencyClaims.markInterrupted(key, owner);
  return idempotencyClaims.saveResponse(key, owner, {
    status,
    headers: getSavedHeaders(reply),
    body: payload,
  });
}

/** Computes a SHA-256 digest of a JSON value that does not depend on the order of its fields. */
export function fingerprint(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content, sortKeys)).digest('hex');
}

function sortKeys(_key: string, value: unknown): unknown {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
    : value;
}

/**
 * Builds the claim of a request from its Idempotency-Key, or from `substitute`, the request id of the legacy API. Keys and
 * request ids have different prefixes, so that they never collide. Without both there is no claim.
 */
export function toIdempotencyClaim(
  request: Pick<FastifyRequest, 'method' | 'url' | 'headers' | 'body'>,
  substitute?: string,
): { readonly claim?: IdempotencyClaim } {
  const header = request.headers['idempotency-key'];
  const key = typeof header === 'string' ? `key:${header}` : substitute && `request_id:${substitute}`;
  if (!key) return {};
  const content = { method: request.method, path: stripQuery(request.url), body: request.body };
  return { claim: { key, fingerprint: fingerprint(content) } };
}
