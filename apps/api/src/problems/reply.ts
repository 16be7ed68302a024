import type { LegacyProblem, Problem } from '@trainyard/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LOGIN_PATH } from '../access/login-page.ts';
import { type Fault, toFault } from './fault.ts';
import { getProblemDefinition } from './table.ts';

/** Answers any error as a problem. */
export function replyWithProblem(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const fault = toFault(error);
  logFault(error, fault, request);
  if (wantsLogin(request, fault)) {
    const next = encodeURIComponent(request.url.replace(/\?.*$/s, ''));
    return reply.redirect(`${LOGIN_PATH}?next=${next}`);
  }
  return sendProblem(reply, fault, toProblem(fault, request.id));
}

/** A fault as the caller reads it. */
export function toProblem({ code, detail, issues }: Fault, requestId: string): Problem {
  const { status, title, hint } = getProblemDefinition(code);
  return {
    type: `urn:trainyard:problem:${code}`,
    title,
    status,
    detail,
    code,
    ...(hint !== undefined && { hint }),
    ...(issues && { issues: [...issues] }),
    request_id: requestId,
  };
}

function logFault(error: unknown, fault: Fault, request: FastifyRequest): void {
  if (getProblemDefinition(fault.code).status < 500) return;
  request.log.error({ request_id: request.id, code: fault.code, err: error }, 'request_failed');
}

function sendProblem(reply: FastifyReply, fault: Fault, body: Problem | LegacyProblem): FastifyReply {
  const { status, retryAfter } = getProblemDefinition(fault.code);
  if (retryAfter !== undefined) void reply.header('retry-after', retryAfter);
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply
    .code(status)
    .type('application/problem+json')
    .serializer((value: unknown) => JSON.stringify(value))
    .send(body);
}

/** Pages for people ask for a login instead of showing JSON. */
function wantsLogin(request: FastifyRequest, fault: Fault): boolean {
  return (
    fault.code === 'unauthorized' &&
    request.method === 'GET' &&
    /^\/(docs|admin)(\/|$|\?)/.test(request.url) &&
    (request.headers.accept ?? '').includes('text/html')
  );
}

/** The same in the seeds' words too: `{status: "failed", error}` (SPEC §5.2). */
export function replyWithLegacyProblem(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const fault = toFault(error);
  logFault(error, fault, request);
  const problem = toProblem(fault, request.id);
  return sendProblem(reply, fault, { ...problem, status: 'failed', error: fault.detail });
}

/** Makes every error of an app a problem, unknown routes too. */
export function registerErrorHandler(app: FastifyInstance): void {
  app.setErrorHandler(replyWithProblem);
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.replace(/\?.*$/s, '');
    const fault: Fault = { code: 'not_found', detail: `There is no ${request.method} ${path}` };
    return sendProblem(reply, fault, toProblem(fault, request.id));
  });
}
