import rateLimit from '@fastify/rate-limit';
import type { Metrics } from '@trainyard/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RateLimitError } from '../problems/errors.ts';
import type { KnownKey } from './keys.ts';

/** Highest numbers of requests that a process serves; each process counts for itself. */
export interface RateLimitOptions {
  /** Requests per minute with the same valid key. */
  readonly requestsPerKey: number;
  /** Requests per minute and address without a valid key. */
  readonly requestsPerAddress: number;
  /** Unknown keys per minute and address that are answered 401; further ones are answered 429. */
  readonly refusedKeys: number;
  /** Webhooks with a valid token per second and address. */
  readonly webhooksPerSecond: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Valid API key of the request or of its session; undefined without one and on public routes. */
    apiKey: KnownKey | undefined;
  }
}

/** The counters of a process. Both methods throw RateLimitError beyond their limit. */
export interface RateLimits {
  /**
   * Counts a request for its valid key, or else for its address. The callers behind a proxy share its address, so requests
   * without a key must not use up the limit of the requests with one.
   */
  countRequest(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Counts an unknown key of an address. */
  countRefusedKey(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

const MINUTE_MS = 60_000;

type Limiter = ReturnType<FastifyInstance['createRateLimit']>;

/**
 * Creates the counters, and limits every route that has its own `config.rateLimit`. An IPv6 address counts as its /64
 * network.
 */
export async function createRateLimits(
  app: FastifyInstance,
  { metrics }: { readonly metrics: Pick<Metrics, 'refusals'> },
  options: RateLimitOptions,
): Promise<RateLimits> {
  const countRefusal = () => metrics.refusals.inc({ limit: 'rate' });
  await app.register(rateLimit, { global: false, onExceeded: countRefusal });
  app.decorateRequest('apiKey');
  const createLimiter = (max: number, keyGenerator?: (request: FastifyRequest) => string) =>
    app.createRateLimit({ max, timeWindow: MINUTE_MS, ...(keyGenerator && { keyGenerator }) });
  const byAddress = createLimiter(options.requestsPerAddress);
  const byKey = createLimiter(options.requestsPerKey, ({ apiKey }) => apiKey?.digest ?? '');
  const byRefusedKey = createLimiter(options.refusedKeys);
  const check = async (
    limiter: Limiter,
    [request, reply]: readonly [FastifyRequest, FastifyReply],
    counted: string,
  ) => {
    const count = await limiter(request);
    if (count.isAllowed) return;
    const { max, remaining, ttlInSeconds } = count;
    void reply.headers({
      'x-ratelimit-limit': max,
      'x-ratelimit-remaining': remaining,
      'x-ratelimit-reset': ttlInSeconds,
    });
    if (!count.isExceeded) return;
    countRefusal();
    void reply.header('retry-after', ttlInSeconds);
    throw new RateLimitError(`more than ${max} ${counted} in a minute`, ttlInSeconds);
  };
  return {
    countRequest: (request, reply) =>
      request.apiKey
        ? check(byKey, [request, reply], 'requests with this API key')
        : check(byAddress, [request, reply], 'requests without a valid API key from this address'),
    countRefusedKey: (request, reply) =>
      check(byRefusedKey, [request, reply], 'unknown API keys from this address'),
  };
}
