import type { FastifyRequest } from 'fastify';
import { CrossSiteError, ForeignHostError } from './errors.ts';

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

function parseHost(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}

/** Lets nobody in through a name that merely points at this machine. Throws ForeignHostError. */
export function requireOwnHost(request: FastifyRequest): void {
  const name = (request.headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
  if (!LOOPBACK_NAMES.has(name)) throw new ForeignHostError();
}

/** A browser's page of another site cannot spend what the browser itself may do. Throws CrossSiteError. */
export function requireSameSite(request: FastifyRequest): void {
  if (SAFE_METHODS.has(request.method)) return;
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const foreignOrigin = origin !== undefined && parseHost(origin) !== request.host;
  if (foreignOrigin || site === 'cross-site' || site === 'same-site') throw new CrossSiteError();
}
