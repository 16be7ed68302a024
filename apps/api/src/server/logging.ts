import type { Log } from '@trainyard/application';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';

/** Removes query and fragment from a URL. Webhook URLs carry their token in the query. */
export function stripQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

/** Adapts the log of Trainyard to the interface that Fastify writes to. Debug and trace lines are dropped. */
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

/** Registers one log event per response, with route, status and duration in ms. */
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

type LogLine = (fields: unknown, event?: string) => void;

/** Keeps scalar fields and errors. Fastify's fields contain whole requests with their headers, which may hold secrets. */
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
    // Messages of Fastify without fields are dropped: an event of Trainyard reports each of them.
    if (typeof fields === 'object' && fields !== null) write(event ?? 'fastify', toPlainFields(fields));
  };
}

function noop(): void {}
