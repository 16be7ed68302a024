import type { Log } from '@trainyard/application';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';

/** A path without its query: webhook addresses carry their token there (SPEC §5.3). */
export const pathOf = (url: string): string => url.replace(/[?#].*$/s, '');

type Line = (fields: unknown, event?: string) => void;

/** Fastify's own fields hold whole requests with their headers; only what names and measures goes on. */
const plain = (fields: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]): readonly (readonly [string, unknown])[] => {
      if (value instanceof Error) return [[name === 'err' ? 'error' : name, value]];
      return typeof value === 'object' && value !== null ? [] : [[name, value]];
    }),
  );

const lineTo =
  (write: Log['info']): Line =>
  (fields, event) => {
    if (fields instanceof Error) return write(event ?? 'fault', { error: fields });
    // Lone sentences of Fastify's say nothing that an event of ours does not.
    if (typeof fields === 'object' && fields !== null) write(event ?? 'fastify', plain(fields));
  };

const nothing = (): void => undefined;

/** Our log as Fastify writes to it. */
export const fastifyLog = (log: Log): FastifyBaseLogger => {
  const lines = {
    level: 'info',
    silent: nothing,
    trace: nothing,
    debug: nothing,
    info: lineTo(log.info),
    warn: lineTo(log.warn),
    error: lineTo(log.error),
    fatal: lineTo(log.error),
    child: () => lines,
  };
  return lines as unknown as FastifyBaseLogger;
};

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
