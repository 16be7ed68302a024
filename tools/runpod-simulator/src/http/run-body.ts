import { z } from 'zod';
import type { JobRequest } from '../platform/job.ts';
import type { Clock } from '../simulation/clock.ts';
import { HttpProblem } from './problem.ts';

const MIB = 1024 * 1024;
const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

/** RunPod's defaults and bounds of `policy` (reference §1.2), in full ms. */
const EXECUTION_TIMEOUT = { min: 5 * SECOND_MS, max: 7 * DAY_MS, defaultMs: 600 * SECOND_MS };
const TTL = { min: 10 * SECOND_MS, max: 7 * DAY_MS, defaultMs: DAY_MS };

/** The most bytes of a whole body, by operation. */
export const BODY_LIMIT_BYTES = { run: 10 * MIB, runsync: 20 * MIB } as const;

const bodySchema = z.looseObject({
  input: z.record(z.string(), z.unknown()),
  webhook: z.url({ protocol: /^https?$/ }).optional(),
  policy: z
    .looseObject({
      executionTimeout: z.number().optional(),
      ttl: z.number().optional(),
      lowPriority: z.boolean().optional(),
    })
    .optional(),
});

/**
 * Checks the body of `/run` and `/runsync`. `policy` and `webhook` count only beside `input`, never in it. Values outside
 * the bounds are refused; what RunPod itself does with them is not known. Throws {@link HttpProblem} 400.
 */
export function readRunBody(body: unknown, clock: Clock): JobRequest {
  const read = bodySchema.safeParse(body);
  if (!read.success) throw new HttpProblem(400, z.prettifyError(read.error).replaceAll('\n', ' '));
  const { input, webhook, policy } = read.data;
  return {
    input,
    ...(webhook === undefined ? {} : { webhook }),
    executionTimeoutMs: checkBounds(
      'executionTimeout',
      toFullMs(policy?.executionTimeout, clock),
      EXECUTION_TIMEOUT,
    ),
    ttlMs: checkBounds('ttl', toFullMs(policy?.ttl, clock), TTL),
  };
}

function toFullMs(wireMs: number | undefined, clock: Clock): number | undefined {
  return wireMs === undefined ? undefined : Math.round(clock.fromWireMs(wireMs));
}

function checkBounds(name: string, ms: number | undefined, bounds: typeof TTL): number {
  if (ms === undefined) return bounds.defaultMs;
  if (ms >= bounds.min && ms <= bounds.max) return ms;
  throw new HttpProblem(400, `policy.${name} must be from ${bounds.min} to ${bounds.max} ms`);
}

/** The `wait` of a held call in full ms: 1 s to 5 min, 90 s by default. */
export function readWait(wait: unknown, clock: Clock): number {
  const asked = Number(wait);
  if (wait === undefined || Number.isNaN(asked)) return 90 * SECOND_MS;
  return Math.min(300 * SECOND_MS, Math.max(SECOND_MS, clock.fromWireMs(asked)));
}
