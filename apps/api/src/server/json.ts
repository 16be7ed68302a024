import { InvalidRequestError } from '@trainyard/application';
import type { FastifyInstance } from 'fastify';

/** Far more levels than any workflow or reason has; far fewer than break what walks through a body by recursion. */
const MAX_DEPTH = 200;

const NONE: readonly unknown[] = [];
/** A client that names JSON and sends nothing has sent no body: routes that need one say so themselves. */
export function registerJsonParser(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null);
    void parse(request, body, (error, value) =>
      !error && isTooDeep(value) ? done(createDepthError()) : done(error, value),
    );
  });
}

function getChildren(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : NONE;
}

/** Whether a value read from JSON is nested beyond what anything here means. */
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
