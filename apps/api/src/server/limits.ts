import type { RateLimitOptions } from '../access/rate-limits.ts';

const MIB = 1024 * 1024;

/** Limits of a process of the API (docs/operations/proxy-and-tls.md). Each process counts for itself. */
export interface ApiLimits extends RateLimitOptions {
  /** Streams that are open at the same time. */
  readonly streams: number;
  /** Streams that are open at the same time with the same API key. */
  readonly streamsPerKey: number;
  /** Time in which a request must arrive completely and be answered, in ms. Routes for uploads and streams have their own. */
  readonly requestTimeoutMs: number;
  /** Open connections of a listener. */
  readonly connections: number;
  /** Pictures that are decoded at the same time, each with up to 200 MB of memory. */
  readonly decodings: number;
  /** Time in which a waiting picture must get its decoder, in ms. */
  readonly decodeWaitMs: number;
}

const DEFAULT_LIMITS: ApiLimits = {
  requestsPerKey: 6_000,
  requestsPerAddress: 6_000,
  refusedKeys: 10,
  webhooksPerSecond: 2_000,
  streams: 1_000,
  streamsPerKey: 20,
  requestTimeoutMs: 30_000,
  connections: 4_000,
  decodings: 2,
  decodeWaitMs: 10_000,
};

/** The limits of a process: those of its options, else the default ones. */
export function resolveLimits(options: { readonly limits?: Partial<ApiLimits> }): ApiLimits {
  return { ...DEFAULT_LIMITS, ...options.limits };
}

/** Maximum sizes of request bodies, in bytes. */
export const BODY_LIMITS = {
  default: MIB,
  /** Routes that accept a whole workflow. */
  workflow: 12 * MIB,
  webhook: 20 * MIB,
} as const;
