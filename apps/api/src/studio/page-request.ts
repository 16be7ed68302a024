import type { FastifyRequest } from 'fastify';

/** Paths that belong to the API, Bull Board, the documentation, webhooks, health and metrics. */
const SERVER_PATH = /^\/(?:api|admin|docs|core|livez|readyz|metrics|openapi\.json)(?:[/?]|$)/;

/**
 * Whether a browser opens a page of the studio. The studio itself decides whether the page exists, so that every page has an
 * address that can be reloaded.
 */
export function isPageRequest({ url, headers }: Pick<FastifyRequest, 'url' | 'headers'>): boolean {
  return !SERVER_PATH.test(url) && (headers.accept ?? '').includes('text/html');
}
