import { IdempotencyConflictError, type SavedResponse } from '@trainyard/application';
import { idempotencyHeadersSchema } from '@trainyard/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { ApiDeps } from '../server/options.ts';
import { IdempotencyInFlightError, IdempotencyInterruptedError } from './errors.ts';
import { toIdempotencyClaim } from './fingerprint.ts';

interface HeldClaim {
  readonly key: string;
  readonly owner: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * How a POST meets an Idempotency-Key. `own`: its use case claims the key in the step of its effect.
     * `repeatable`: doing it twice is doing it once, so that an interrupted call may be made again. `unsaved`: likewise,
     * and its answer holds what Redis must not. Without a word an interrupted call is not made again.
     */
    readonly idempotency?: 'own' | 'repeatable' | 'unsaved';
  }
  interface FastifyRequest {
    heldClaim?: HeldClaim;
  }
}

/** An answer beyond this is not kept. */
const MAX_CHARS = 4 * 1024 * 1024;
const SAVED_HEADERS = ['content-type', 'location'] as const;

/** Only what changes something is claimed: what is read, and what proves itself otherwise, is not. */
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

/** What the first call with the same Idempotency-Key was given here; without a key it is given now. */
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

/** A refusal did nothing, so that its key is as new; of a fault nobody knows. */
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

/**
 * Makes every POST that changes something safe to send again (SPEC §5): the key is claimed before the work, the answer
 * is kept for 24 h and given again to the same request; another one under the same key is refused.
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
      // The work is done and told; without its answer the key is one of an interrupted call.
      deps.log.warn('idempotency_response_not_saved', { request_id: request.id, error });
    }
    return payload;
  });
}
