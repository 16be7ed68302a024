import { createHash } from 'node:crypto';
import type { IdempotencyClaim } from '@trainyard/application';
import type { FastifyRequest } from 'fastify';
import { stripQuery } from '../server/logging.ts';

const sortKeys = (_key: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
    : value;

/** A digest of what is asked, whatever the order of the fields (SPEC §5). */
export const fingerprint = (content: unknown): string =>
  createHash('sha256').update(JSON.stringify(content, sortKeys)).digest('hex');

/** The claim of a request that may be sent again: its Idempotency-Key, or the name that stands in for one. */
export const toIdempotencyClaim = (
  request: Pick<FastifyRequest, 'method' | 'url' | 'headers' | 'body'>,
  substitute?: string,
): { readonly claim?: IdempotencyClaim } => {
  const header = request.headers['idempotency-key'];
  const key = typeof header === 'string' ? `key:${header}` : substitute && `request_id:${substitute}`;
  if (!key) return {};
  const content = { method: request.method, path: stripQuery(request.url), body: request.body };
  return { claim: { key, fingerprint: fingerprint(content) } };
};
