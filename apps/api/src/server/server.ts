import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { deriveSessionSecret } from '../access/session.ts';
import { handleClientError, registerErrorHandler, replyWithProblem } from '../problems/reply.ts';
import { registerResponseLog, toFastifyLog } from './logging.ts';
import type { ApiDeps, ApiOptions } from './options.ts';
import { registerJsonParser, registerProtection } from './protection.ts';

const MIB = 1024 * 1024;

/** Maximum sizes of request bodies, in bytes. */
export const BODY_LIMITS = {
  default: MIB,
  /** Routes that accept a whole workflow. */
  workflow: 12 * MIB,
  webhook: 20 * MIB,
} as const;

const HANDLER_TIMEOUT_MS = 15_000;

/** Fastify app whose routes are validated and typed by zod. */
export type Api = ReturnType<typeof withZodTypes>;

type LogDeps = Pick<ApiDeps, 'log'>;

/** Creates the base of both listeners: request ids, logs, limits, security headers, and problems for all errors. */
export async function createServer(deps: LogDeps, options: ApiOptions): Promise<Api> {
  const app = createFastify(deps, options);
  // A form of a different site can send text/plain without a CORS preflight, but not JSON.
  app.removeContentTypeParser('text/plain');
  registerJsonParser(app);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
  });
  registerErrorHandler(app);
  registerResponseLog(app);
  await registerProtection(app, options);
  await app.register(cookie, { secret: deriveSessionSecret(options.webhookSecrets?.current) });
  return withZodTypes(app);
}

function withZodTypes(app: FastifyInstance) {
  return app.withTypeProvider<ZodTypeProvider>();
}

function createFastify(deps: LogDeps, options: ApiOptions): FastifyInstance {
  return Fastify({
    loggerInstance: toFastifyLog(deps.log),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMITS.default,
    handlerTimeout: options.handlerTimeoutMs ?? HANDLER_TIMEOUT_MS,
    // These errors occur before routing, so that the error handler of the app does not see them.
    frameworkErrors: (error, request, reply) => void replyWithProblem(error, request, reply),
    clientErrorHandler: handleClientError,
    trustProxy: options.trustProxy ?? false,
    routerOptions: { maxParamLength: 256 },
  });
}
