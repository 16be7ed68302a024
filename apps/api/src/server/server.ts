import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { sessionSecretOf } from '../access/session.ts';
import type { ApiDeps, ApiOptions } from '../options.ts';
import { answerUnreadable } from '../problems/connection.ts';
import { answerProblems, answerWithProblem } from '../problems/reply.ts';
import { takeJson } from './json.ts';
import { fastifyLog, logAnswers } from './logging.ts';
import { protect } from './protection.ts';

const MIB = 1024 * 1024;

/** Bytes that a body may have. */
export const BODY_LIMITS = {
  ordinary: MIB,
  /** A whole workflow of the caller's own. */
  workflow: 12 * MIB,
  webhook: 20 * MIB,
} as const;

const ANSWER_WITHIN_MS = 15_000;

/** An app whose routes are checked by zod. */
export type Api = ReturnType<typeof typed>;

type LogDeps = Pick<ApiDeps, 'log'>;

const typed = (app: FastifyInstance) => app.withTypeProvider<ZodTypeProvider>();

const bare = (deps: LogDeps, options: ApiOptions): FastifyInstance =>
  Fastify({
    loggerInstance: fastifyLog(deps.log),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMITS.ordinary,
    handlerTimeout: options.answerWithinMs ?? ANSWER_WITHIN_MS,
    // Neither reaches a route, so that no handler of errors sees them.
    frameworkErrors: (error, request, reply) => void answerWithProblem(error, request, reply),
    clientErrorHandler: answerUnreadable,
    trustProxy: options.trustProxy ?? false,
    routerOptions: { maxParamLength: 256 },
  });

/** What both listeners share: request ids, logs, limits, headers, and every error as a problem. */
export const createServer = async (deps: LogDeps, options: ApiOptions): Promise<Api> => {
  const app = bare(deps, options);
  // Another site's form may send plain text without asking; JSON it may not.
  app.removeContentTypeParser('text/plain');
  takeJson(app);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
  });
  answerProblems(app);
  logAnswers(app);
  await protect(app, options);
  await app.register(cookie, { secret: sessionSecretOf(options.webhookSecrets?.current) });
  return typed(app);
};
