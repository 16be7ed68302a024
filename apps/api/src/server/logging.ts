import type { Log } from '@trainyard/application';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';

/** A path without its query: webhook addresses carry their token there (SPEC §5.3). */
export const stripQuery = (url: string): string => url.replace(/[?#].*$/s, '');

type LogLine = (fields: unknown, event?: string) => void;

/** Fastify's own fields hold whole requests with their headers; only what names and measures goes on. */
const toPlainFields = (fields: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]): readonly (readonly [string, unknown])[] => {
      if (value instanceof Error) return [[name === 'err' ? 'error' : name, value]];
      return typeof value === 'object' && value !== null ? [] : [[name, value]];
    }),
  );

const createLogLine =
  (write: Log['info']): LogLine =>
  (fields, event) => {
    if (fields instanceof Error) return write(event ?? 'server_error', { error: fields });
    // Lone sentences of Fastify's say nothing that an event of ours does not.
    if (typeof fields === 'object' && fields !== null) write(event ?? 'fastify', toPlainFields(fields));
  };

const noop = (): void => undefined;

/** Our log as Fastify writes to it. */
export const toFastifyLog = (log: Log): FastifyBaseLogger => {
  const lines = {
    level: 'info',
    silent: noop,
    trace: noop,
    debug: noop,
    info: createLogLine(log.info),
    warn: createLogLine(log.warn),
    error: createLogLine(log.error),
    fatal: createLogLine(log.error),
    child: () => lines,
  };
  return lines as unknown as FastifyBaseLogger;
};

/** One line per answer, with ids and without prose. */
export const registerResponseLog = (app: FastifyInstance): void => {
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        request_id: request.id,
        method: request.method,
        route: request.routeOptions.url ?? stripQuery(request.url),
        status: reply.statusCode,
        duration_ms: Math.round(reply.elapsedTime),
      },
      'http_response',
    );
  });
};
