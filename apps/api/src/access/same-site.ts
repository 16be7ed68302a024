import type { FastifyRequest } from 'fastify';
import { CrossSiteError, ForeignHostError } from '../problems/errors.ts';

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The parts of a request that name its origin and its target. Fastify applies `TRUST_PROXY` to host and protocol. */
export type SourcedRequest = Pick<FastifyRequest, 'method' | 'headers' | 'host' | 'protocol'>;

/**
 * Checks that the host of a request is a loopback name, which a DNS rebinding attack cannot send. The public host name of a
 * proxy is refused also if the proxy is not trusted. Throws ForeignHostError.
 */
export function requireOwnHost({ headers }: SourcedRequest): void {
  const forwarded = [headers['x-forwarded-host'] ?? []].flat().flatMap((names) => names.split(','));
  if (![headers.host ?? '', ...forwarded].every(isLoopbackName)) throw new ForeignHostError();
}

function isLoopbackName(host: string): boolean {
  return LOOPBACK_NAMES.has(host.trim().toLowerCase().replace(/:\d+$/, ''));
}

/**
 * Rejects a mutating request that a browser sends from a different origin, unless `allowedOrigins` names that origin.
 * Throws CrossSiteError.
 */
export function requireSameSite(request: SourcedRequest, allowedOrigins: readonly string[] = []): void {
  if (SAFE_METHODS.has(request.method) || isSameSite(request)) return;
  if (!allowedOrigins.includes(request.headers.origin ?? '')) throw new CrossSiteError();
}

/**
 * Whether a request comes from a page of this server, or from no browser. Browsers do not let scripts set either header;
 * a browser of today sends `Sec-Fetch-Site` to TLS and loopback addresses, and Origin with every mutating request.
 */
function isSameSite(request: SourcedRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  return site === undefined ? !hasForeignOrigin(request) : site === 'same-origin';
}

/**
 * Whether the Origin header names a different origin. `null`, the origin of a sandboxed page, always does. Browsers send
 * an origin in lower case and without the default port.
 */
export function hasForeignOrigin({ headers, protocol, host }: SourcedRequest): boolean {
  const { origin, 'sec-fetch-site': site } = headers;
  if (origin === undefined || site === 'same-origin') return false;
  return origin !== URL.parse(`${protocol}://${host}`)?.origin;
}
