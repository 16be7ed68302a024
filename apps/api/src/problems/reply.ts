import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { LegacyProblem, Problem } from '@trainyard/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RateLimitError } from './errors.ts';
import { type Fault, toFault } from './fault.ts';
import { getProblemDefinition } from './table.ts';

const REQUEST_TIMEOUT: Fault = { code: 'request_timeout', detail: 'The request did not arrive in time' };

/** Path of the login page, to which a browser without a session is redirected. */
export const LOGIN_PATH = '/admin/login';

/**
 * Sends the problem of an error. A browser that opens `/docs` or Bull Board without a session is redirected to the login page.
 */
export function replyWithProblem(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const fault = toRequestFault(error, request);
  logFault(error, fault, request);
  if (wantsLogin(request, fault)) {
    const next = encodeURIComponent(request.url);
    return reply.redirect(`${LOGIN_PATH}?next=${next}`);
  }
  return sendProblem(reply, fault, toProblem(fault, request.id));
}

/** Builds the body of a problem response. */
function toProblem(
  { code, detail, issues, trainingId, findings, ...fault }: Fault,
  requestId: string,
): Problem {
  const { status, title, ...definition } = getProblemDefinition(code);
  const hint = fault.hint ?? definition.hint;
  return {
    type: `urn:trainyard:problem:${code}`,
    title,
    status,
    detail,
    code,
    ...(hint !== undefined && { hint }),
    ...(issues && { issues: [...issues] }),
    ...(findings && { findings: [...findings] }),
    ...(trainingId !== undefined && { training_id: trainingId }),
    request_id: requestId,
  };
}

/** A response that timed out while the body still arrives is the fault of the caller. */
function toRequestFault(error: unknown, { raw }: FastifyRequest): Fault {
  const fault = toFault(error);
  return fault.code === 'response_timeout' && raw.complete === false ? REQUEST_TIMEOUT : fault;
}

/** Logs a fault of the server (5xx). */
export function logFault(error: unknown, fault: Fault, request: FastifyRequest): void {
  if (getProblemDefinition(fault.code).status < 500) return;
  request.log.error({ request_id: request.id, code: fault.code, err: error }, 'request_failed');
}

function sendProblem(reply: FastifyReply, fault: Fault, body: Problem | LegacyProblem): FastifyReply {
  const { status, retryAfter } = getProblemDefinition(fault.code);
  if (retryAfter !== undefined) void reply.header('retry-after', retryAfter);
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  if (status === 408) void reply.header('connection', 'close');
  return reply
    .code(status)
    .type('application/problem+json')
    .serializer((value: unknown) => JSON.stringify(value))
    .send(body);
}

/** Browsers that open a page without a session receive the login page instead of JSON. */
function wantsLogin(request: FastifyRequest, fault: Fault): boolean {
  return (
    fault.code === 'unauthorized' &&
    request.method === 'GET' &&
    /^\/(docs|admin)(\/|$|\?)/.test(request.url) &&
    (request.headers.accept ?? '').includes('text/html')
  );
}

/** Sends the problem of an error with the fields `{status: "failed", error}` of the legacy API (docs/compatibility.md). */
export function replyWithLegacyProblem(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const fault = toRequestFault(error, request);
  logFault(error, fault, request);
  const problem = toProblem(fault, request.id);
  return sendProblem(reply, fault, { ...problem, status: 'failed', error: fault.detail });
}

/**
 * Registers the handlers that answer every error with a problem, every unknown path with 404, and every other method of a
 * known path with 405 and the header Allow.
 */
export function registerErrorHandler(app: FastifyInstance): void {
  const listMethods = collectMethods(app);
  const replyWithoutRoute = (request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.replace(/\?.*$/s, '');
    const methods = listMethods(path);
    const fault = toRouteFault(request.method, path, methods);
    if (fault.code === 'method_not_allowed') void reply.header('allow', methods.join(', '));
    return sendProblem(reply, fault, toProblem(fault, request.id));
  };
  app.setErrorHandler((error, request, reply) =>
    // Fastify parses the body of a request without a route too, and must not complain about its type.
    request.is404 && !(error instanceof RateLimitError)
      ? replyWithoutRoute(request, reply)
      : replyWithProblem(error, request, reply),
  );
  app.setNotFoundHandler(replyWithoutRoute);
}

/** The router serves no path with a parameter that is too long, although it knows the method of the path. */
function toRouteFault(method: string, path: string, methods: readonly string[]): Fault {
  if (methods.includes(method))
    return { code: 'malformed_request', detail: 'A part of the path has more than 1 024 characters' };
  const code = methods.length > 0 ? 'method_not_allowed' : 'not_found';
  return { code, detail: `No route for ${method} ${path}` };
}

/** Collects the methods of all routes that are registered afterwards. @returns the methods that a path serves */
function collectMethods(app: FastifyInstance): (path: string) => readonly string[] {
  const routes: {
    readonly pattern: RegExp;
    readonly parameters: number;
    readonly methods: readonly string[];
  }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    // The route of the preflight requests and that of the studio's pages match every path.
    if (url === '*' || url === '/*') return;
    const pattern = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+');
    const parameters = url.split(/[:*]/).length - 1;
    const whole = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
    routes.push({ pattern: whole, parameters, methods: [method].flat() });
  });
  return (path) => {
    const matching = routes.filter(({ pattern }) => pattern.test(path));
    // As in the router, a literal path hides a path with parameters.
    const fewest = Math.min(...matching.map(({ parameters }) => parameters));
    return [...new Set(matching.flatMap((each) => (each.parameters === fewest ? each.methods : [])))];
  };
}

/** Faults of requests that the HTTP parser of Node rejects, by the code of its error. */
const FAULTS: Readonly<Record<string, Fault>> = {
  HPE_HEADER_OVERFLOW: { code: 'headers_too_large', detail: 'The URL and the headers exceed the size limit' },
  ERR_HTTP_REQUEST_TIMEOUT: REQUEST_TIMEOUT,
};
const INVALID_HTTP: Fault = { code: 'malformed_request', detail: 'The request is not valid HTTP' };

/**
 * Answers a request that Node could not parse with a problem, then closes the connection, whose further bytes are
 * meaningless.
 */
export function handleClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const fault = FAULTS[error.code ?? ''] ?? INVALID_HTTP;
  if (!socket.writable) socket.destroy(error);
  else socket.end(toRawResponse(fault), () => socket.destroySoon());
}

function toRawResponse(fault: Fault): string {
  const { status } = getProblemDefinition(fault.code);
  const body = JSON.stringify(toProblem(fault, randomUUID()));
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
