import type { Log } from '@trainyard/application';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';

/** A path without its query: webhook addresses carry their token there (SPEC §5.3). */
export function stripQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

type LogLine = (fields: unknown, event?: string) => void;

/** Fastify's own fields hold whole requests with their headers; only what names and measures goes on. */
function toPlainFields(fields: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]): readonly (readonly [string, unknown])[] => {
      if (value instanceof Error) return [[name === 'err' ? 'error' : name, value]];
      return typeof value === 'object' && value !== null ? [] : [[name, value]];
    }),
  );
}

function createLogLine(write: Log['info']): LogLine {
  return (fields, event) => {
    if (fields instanceof Error) return write(event ?? 'server_error', { error: fields });
    // Lone sentences of Fastify's say nothing that an event of ours does not.
    if (typeof fields === 'object' && fields !== null) write(event ?? 'fastify', toPlainFields(fields));
  };
}

function noop(): void {}

/** Our log as Fastify writes to it. */
export function toFastifyLog(log: Log): FastifyBaseLogger {
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
}

/** One line per answer, with ids and without prose. */
export function registerResponseLog(app: FastifyInstance): void {
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
}
