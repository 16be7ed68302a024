import type { Problem, SeedProblem } from '@trainyard/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LOGIN_PATH } from '../access/login-page.ts';
import { type Fault, faultOf } from './fault.ts';
import { meaningOf } from './table.ts';

/** A fault as the caller reads it. */
export const problemOf = ({ code, detail, issues }: Fault, requestId: string): Problem => {
  const { status, title, hint } = meaningOf(code);
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
};

const logFault = (error: unknown, fault: Fault, request: FastifyRequest): void => {
  if (meaningOf(fault.code).status < 500) return;
  request.log.error({ request_id: request.id, code: fault.code, err: error }, 'request_failed');
};

const send = (reply: FastifyReply, fault: Fault, body: Problem | SeedProblem): FastifyReply => {
  const { status, retryAfter } = meaningOf(fault.code);
  if (retryAfter !== undefined) void reply.header('retry-after', retryAfter);
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply
    .code(status)
    .type('application/problem+json')
    .serializer((value: unknown) => JSON.stringify(value))
    .send(body);
};

/** Pages for people ask for a login instead of showing JSON. */
const wantsLogin = (request: FastifyRequest, fault: Fault): boolean =>
  fault.code === 'unauthorized' &&
  request.method === 'GET' &&
  /^\/(docs|admin)(\/|$|\?)/.test(request.url) &&
  (request.headers.accept ?? '').includes('text/html');

/** Answers any error as a problem. */
export const answerWithProblem = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
  const fault = faultOf(error);
  logFault(error, fault, request);
  if (wantsLogin(request, fault)) {
    const next = encodeURIComponent(request.url.replace(/\?.*$/s, ''));
    return reply.redirect(`${LOGIN_PATH}?next=${next}`);
  }
  return send(reply, fault, problemOf(fault, request.id));
};

/** The same in the seeds' words too: `{status: "failed", error}` (SPEC §5.2). */
export const answerWithSeedProblem = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
  const fault = faultOf(error);
  logFault(error, fault, request);
  const problem = problemOf(fault, request.id);
  return send(reply, fault, { ...problem, status: 'failed', error: fault.detail });
};

/** Makes every error of an app a problem, unknown routes too. */
export const answerProblems = (app: FastifyInstance): void => {
  app.setErrorHandler(answerWithProblem);
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.replace(/\?.*$/s, '');
    const fault: Fault = { code: 'not_found', detail: `There is no ${request.method} ${path}` };
    return send(reply, fault, problemOf(fault, request.id));
  });
};
