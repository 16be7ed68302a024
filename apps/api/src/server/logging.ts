import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

const SECRETS = [
  'authorization',
  'cookie',
  'headers.authorization',
  'headers.cookie',
  'headers["x-api-key"]',
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["x-api-key"]',
];

/** A path without its query: webhook addresses carry their token there (SPEC §5.3). */
export const pathOf = (url: string): string => url.replace(/[?#].*$/s, '');

const serializers = {
  req: (request: FastifyRequest) => ({ method: request.method, path: pathOf(request.url) }),
};

/** A logger that cannot be made to tell a key, a cookie or a token. */
export const withoutSecrets = (logger: Logger): Logger =>
  logger.child({}, { redact: { paths: SECRETS, censor: '[redacted]' }, serializers });

/** One line per answer, with ids and without prose. */
export const logAnswers = (app: FastifyInstance): void => {
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        request_id: request.id,
        method: request.method,
        route: request.routeOptions.url ?? pathOf(request.url),
        status: reply.statusCode,
        duration_ms: Math.round(reply.elapsedTime),
      },
      'http_answer',
    );
  });
};
