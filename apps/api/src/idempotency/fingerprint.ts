import { createHash } from 'node:crypto';
import type { IdempotencyClaim } from '@trainyard/application';
import type { FastifyRequest } from 'fastify';
import { stripQuery } from '../server/logging.ts';

/** A digest of what is asked, whatever the order of the fields (SPEC §5). */
export function fingerprint(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content, sortKeys)).digest('hex');
}

function sortKeys(_key: string, value: unknown): unknown {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
    : value;
}

/** The claim of a request that may be sent again: its Idempotency-Key, or the name that stands in for one. */
export function toIdempotencyClaim(
  request: Pick<FastifyRequest, 'method' | 'url' | 'headers' | 'body'>,
  substitute?: string,
): { readonly claim?: IdempotencyClaim } {
  const header = request.headers['idempotency-key'];
  const key = typeof header === 'string' ? `key:${header}` : substitute && `request_id:${substitute}`;
  if (!key) return {};
  const content = { method: request.method, path: stripQuery(request.url), body: request.body };
  return { claim: { key, fingerprint: fingerprint(content) } };
}
