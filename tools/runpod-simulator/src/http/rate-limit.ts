import type { Clock } from '../simulation/clock.ts';
import type { Operation } from '../simulation/faults.ts';
import { HttpProblem } from './problem.ts';

const WINDOW_MS = 10_000;

/** Requests per 10 s and concurrent requests, per endpoint and operation, as RunPod documents them. */
const LIMITS: Readonly<Partial<Record<Operation, { readonly requests: number; readonly atOnce: number }>>> = {
  run: { requests: 1_000, atOnce: 200 },
  runsync: { requests: 2_000, atOnce: 400 },
  status: { requests: 2_000, atOnce: 400 },
  'status-sync': { requests: 2_000, atOnce: 400 },
  stream: { requests: 2_000, atOnce: 400 },
  cancel: { requests: 100, atOnce: 20 },
  'purge-queue': { requests: 2, atOnce: Number.POSITIVE_INFINITY },
};

/** Admits a call and returns a function to call at its end. Throws {@link HttpProblem} 429 with `Retry-After`. */
export type RateLimit = (endpointId: string, op: Operation) => () => void;

/** Creates a rate limit with a sliding window and a count of open calls per endpoint and operation. */
export function createRateLimit(clock: Clock): RateLimit {
  const seen = new Map<string, { times: number[]; open: number }>();
  return (endpointId, op) => {
    const limit = LIMITS[op];
    if (!limit) return () => undefined;
    const key = `${endpointId}/${op}`;
    const use = seen.get(key) ?? { times: [], open: 0 };
    seen.set(key, use);
    const now = clock.now();
    const since = now - clock.toRealMs(WINDOW_MS);
    while ((use.times[0] ?? now) <= since) use.times.shift();
    if (use.times.length >= limit.requests || use.open >= limit.atOnce) {
      const waitMs = Math.max(0, (use.times[0] ?? now) - since);
      throw new HttpProblem(429, 'rate limit exceeded', { 'retry-after': String(Math.ceil(waitMs / 1_000)) });
    }
    use.times.push(now);
    use.open += 1;
    return () => {
      use.open -= 1;
    };
  };
}
