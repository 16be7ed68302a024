import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Account, toTarget } from '../platform/endpoint.ts';
import { parseTrainingRef } from '../platform/operations.ts';
import type { FaultTarget, Operation } from '../simulation/faults.ts';
import { CALL_FAULTS, type CallFault, injectAfterCall, injectBeforeCall } from './call-faults.ts';
import { HttpProblem } from './problem.ts';
import { createRateLimit } from './rate-limit.ts';
import { BODY_LIMIT_BYTES } from './run-body.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Operation of an endpoint; absent on the routes of the simulator itself. */
    op?: Operation;
  }
  interface FastifyRequest {
    /** Fault that applies after the call was executed. */
    faultAfter: CallFault | undefined;
    /** Size of the body in bytes. */
    bodyBytes: number;
  }
}

/** Far above the limits of RunPod, which answers an oversized body only after its upload. */
const MAX_UPLOAD_BYTES = 64 * 1024 * 1024;

/** Adds the checks of every call: API key, endpoint, rate limit and body limit; then applies pending faults. */
export function addCallHooks(app: FastifyInstance, account: Account): void {
  const limit = createRateLimit(account.clock);
  app.decorateRequest('faultAfter', undefined);
  app.decorateRequest('bodyBytes', 0);
  addBodyParser(app);
  app.addHook('onRequest', async (request, reply) => {
    if (!isAuthorized(request, account.settings.apiKeys))
      throw new HttpProblem(401, 'unauthorized: bad API key');
    const { op } = request.routeOptions.config;
    if (op === undefined) return;
    const endpointId = getEndpointId(request);
    if (!account.hasEndpoint(endpointId)) throw new HttpProblem(404, 'endpoint not found');
    reply.raw.once('close', limit(endpointId, op));
  });
  app.addHook('preHandler', async (request, reply) => {
    const { op } = request.routeOptions.config;
    if (op === undefined) return;
    const fault = account.faults.consume(CALL_FAULTS, toCallTarget(request, op, account));
    if (fault?.after_accepting) request.faultAfter = fault;
    else if (fault && (await injectBeforeCall(fault, request, reply, account.clock))) return reply;
    if ((op === 'run' || op === 'runsync') && request.bodyBytes > BODY_LIMIT_BYTES[op])
      throw new HttpProblem(400, `request body exceeds ${BODY_LIMIT_BYTES[op]} bytes`);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const fault = request.faultAfter;
    return fault ? injectAfterCall(fault, request, reply, { payload, clock: account.clock }) : payload;
  });
}

/** Parses every body as JSON and ignores its content type; an invalid body is answered with 400. */
function addBodyParser(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const options = { parseAs: 'buffer', bodyLimit: MAX_UPLOAD_BYTES } as const;
  app.addContentTypeParser('*', options, (request, body: Buffer, done) => {
    request.bodyBytes = body.length;
    if (body.length === 0) return done(null, undefined);
    try {
      done(null, JSON.parse(body.toString()) as unknown);
    } catch {
      done(new HttpProblem(400, 'the body is not JSON'));
    }
  });
}

/** RunPod accepts the key with and without `Bearer`. */
function isAuthorized({ headers }: FastifyRequest, apiKeys: readonly string[]): boolean {
  const key = headers.authorization?.replace(/^Bearer\s+/i, '').trim();
  return key !== undefined && apiKeys.includes(key);
}

function getEndpointId({ params }: FastifyRequest): string {
  return String((params as { endpointId?: string }).endpointId);
}

function toCallTarget(request: FastifyRequest, op: Operation, account: Account): FaultTarget {
  const endpointId = getEndpointId(request);
  const { id } = request.params as { id?: string };
  const job = id === undefined ? undefined : account.getEndpoint(endpointId).jobs.get(id);
  if (job) return { ...toTarget(job), op };
  const { trainingId, attempt } = parseTrainingRef((request.body as { input?: unknown } | undefined)?.input);
  return {
    endpointId,
    op,
    ...(trainingId === undefined ? {} : { trainingId }),
    ...(attempt === undefined ? {} : { attempt }),
  };
}
