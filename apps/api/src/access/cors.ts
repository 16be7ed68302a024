import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import type { AccessRules } from './authenticate.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** Response headers of the API that a page of a named origin may read. */
const EXPOSED_HEADERS = [
  'content-disposition',
  'etag',
  'idempotency-replayed',
  'location',
  'retry-after',
  'x-request-id',
];
const PREFLIGHT_SECONDS = 600;

/**
 * Permits pages of the named origins to call the API with a key in a header. Credentials are not permitted, so that
 * browsers send no cookie. Without named origins no CORS header is sent.
 */
export async function registerCors(
  app: FastifyInstance,
  { corsOrigins }: Pick<AccessRules, 'corsOrigins'>,
): Promise<void> {
  if (corsOrigins.length === 0) return;
  await app.register(cors, {
    origin: async (origin: string | undefined) => origin !== undefined && corsOrigins.includes(origin),
    methods: METHODS,
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
    // A strict preflight is refused with a plain text, while every other refusal is a problem.
    strictPreflight: false,
  });
}
