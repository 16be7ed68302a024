import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import { InvalidRequestError } from '@trainyard/application';
import Fastify, { errorCodes, type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { handleClientError, registerErrorHandler, replyWithProblem } from '../problems/reply.ts';
import { CONTENT_SECURITY } from './content-security.ts';
import { BODY_LIMITS, resolveLimits } from './limits.ts';
import { registerResponseLog, toFastifyLog } from './logging.ts';
import type { ApiDeps, ApiOptions } from './options.ts';
import { createTimeouts, registerHandlerTimeout, registerSlowConnections } from './slow-connections.ts';
import { compileValidator } from './validator.ts';

/** Fastify app whose routes are validated and typed by zod. */
export type Api = ReturnType<typeof withZodTypes>;

type ServerDeps = Pick<ApiDeps, 'log' | 'metrics'>;

/** Creates the base of both listeners: request ids, logs, limits, security headers, and problems for all errors. */
export async function createServer(deps: ServerDeps, options: ApiOptions): Promise<Api> {
  const app = createFastify(deps, options);
  // A form of a different site can send text/plain without a CORS preflight, but not JSON.
  app.removeContentTypeParser('text/plain');
  registerJsonParser(app);
  registerEmptyBodyParser(app);
  app.setValidatorCompiler(compileValidator);
  app.setSerializerCompiler(serializerCompiler);
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    void reply.header('content-security-policy', CONTENT_SECURITY.data);
  });
  registerErrorHandler(app);
  registerResponseLog(app);
  registerHandlerTimeout(app);
  registerSlowConnections(app, deps, resolveLimits(options));
  await registerSecurityHeaders(app);
  await app.register(cookie);
  return withZodTypes(app);
}

function withZodTypes(app: FastifyInstance) {
  return app.withTypeProvider<ZodTypeProvider>();
}

function createFastify(deps: ServerDeps, options: ApiOptions): FastifyInstance {
  return Fastify({
    loggerInstance: toFastifyLog(deps.log),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMITS.default,
    ...createTimeouts(resolveLimits(options)),
    // These errors occur before routing, so that the error handler of the app does not see them.
    frameworkErrors: (error, request, reply) => void replyWithProblem(error, request, reply),
    clientErrorHandler: handleClientError,
    trustProxy: options.trustProxy ?? false,
    // The name of an image may be a whole object key.
    routerOptions: { maxParamLength: 1_024 },
  });
}

async function registerSecurityHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: false,
    // A page without a referrer posts its forms with the Origin `null`, as a foreign page does.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: false,
    crossOriginEmbedderPolicy: false,
  });
}

/**
 * Maximum depth of a JSON body: far above that of any workflow, far below the depth that overflows the stack of recursive
 * code.
 */
const MAX_DEPTH = 200;

const NO_CHILDREN: readonly unknown[] = [];

/**
 * Registers the parser of JSON bodies. An empty body counts as absent, so that the validation of the route decides. A body
 * nested deeper than 200 levels is refused with InvalidRequestError.
 */
function registerJsonParser(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null);
    void parse(request, body, (error, value) =>
      !error && isTooDeep(value) ? done(createDepthError()) : done(error, value),
    );
  });
}

/**
 * Registers the parser of all other bodies: an empty body counts as absent, because proxies and curl send one in chunks,
 * without a type or as a form. Any other body is refused with 415.
 */
function registerEmptyBodyParser(app: FastifyInstance): void {
  app.addContentTypeParser<string>('*', { parseAs: 'string' }, (_request, body, done) =>
    done(body === '' ? null : new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE()),
  );
}

function getChildren(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : NO_CHILDREN;
}

/** Checks whether a parsed JSON value is nested deeper than 200 levels. */
export function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth += 1) level = level.flatMap(getChildren);
  return level.length > 0;
}

function createDepthError(): Error {
  return new InvalidRequestError([
    { path: 'body', message: 'is nested too deeply', bound: `at most ${MAX_DEPTH} levels` },
  ]);
}
