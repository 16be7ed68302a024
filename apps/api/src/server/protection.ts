import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { InvalidRequestError } from '@trainyard/application';
import type { FastifyInstance } from 'fastify';
import type { ApiOptions } from './options.ts';

/** Requests per address. Tools stay far below this limit, and a process can serve far more. */
const RATE_LIMIT = { max: 6_000, windowMs: 60_000 };

/** Content security policy of API responses, which are data: no scripts, no frames. */
const DATA_CSP = {
  useDefaults: false,
  directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
};

/** Content security policy of `/docs` and Bull Board, whose scripts and styles come from this server only. */
export const PAGE_CSP = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'self'",
  "form-action 'self'",
].join('; ');

/** Registers the security headers and the rate limit per address. */
export async function registerProtection(app: FastifyInstance, options: ApiOptions): Promise<void> {
  const { max, windowMs } = options.rateLimit ?? RATE_LIMIT;
  await app.register(helmet, {
    contentSecurityPolicy: DATA_CSP,
    strictTransportSecurity: false,
    crossOriginEmbedderPolicy: false,
  });
  await app.register(rateLimit, { max, timeWindow: windowMs });
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
