import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import type { ApiOptions } from './options.ts';

/** Far above what people and tools do, far below what a process can. */
const RATE_LIMIT = { max: 6_000, windowMs: 60_000 };

/** Answers of the API are data: nothing in them may run, be framed or be guessed at. */
const DATA_CSP = {
  useDefaults: false,
  directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
};

/** Pages that bring their own scripts with them, and nothing from elsewhere. */
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

/** Security headers and a limit per caller. */
export async function registerProtection(app: FastifyInstance, options: ApiOptions): Promise<void> {
  const { max, windowMs } = options.rateLimit ?? RATE_LIMIT;
  await app.register(helmet, {
    contentSecurityPolicy: DATA_CSP,
    strictTransportSecurity: false,
    crossOriginEmbedderPolicy: false,
  });
  await app.register(rateLimit, { max, timeWindow: windowMs });
}
