import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { deriveSessionSecret } from '../access/session.ts';
import { handleClientError } from '../problems/client-error.ts';
import { registerErrorHandler, replyWithProblem } from '../problems/reply.ts';
import { registerJsonParser } from './json.ts';
import { registerResponseLog, toFastifyLog } from './logging.ts';
import type { ApiDeps, ApiOptions } from './options.ts';
import { registerProtection } from './protection.ts';

const MIB = 1024 * 1024;

/** Bytes that a body may have. */
export const BODY_LIMITS = {
  ordinary: MIB,
  /** A whole workflow of the caller's own. */
  workflow: 12 * MIB,
  webhook: 20 * MIB,
} as const;

const HANDLER_TIMEOUT_MS = 15_000;

/** An app whose routes are checked by zod. */
export type Api = ReturnType<typeof withZodTypes>;

type LogDeps = Pick<ApiDeps, 'log'>;

/** What both listeners share: request ids, logs, limits, headers, and every error as a problem. */
export async function createServer(deps: LogDeps, options: ApiOptions): Promise<Api> {
  const app = createFastify(deps, options);
  // Another site's form may send plain text without asking; JSON it may not.
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
    bodyLimit: BODY_LIMITS.ordinary,
    handlerTimeout: options.handlerTimeoutMs ?? HANDLER_TIMEOUT_MS,
    // Neither reaches a route, so that no handler of errors sees them.
    frameworkErrors: (error, request, reply) => void replyWithProblem(error, request, reply),
    clientErrorHandler: handleClientError,
    trustProxy: options.trustProxy ?? false,
    routerOptions: { maxParamLength: 256 },
  });
}
