import { z } from 'zod';
import type { JobRequest } from '../platform/job.ts';
import type { Clock } from '../time/clock.ts';
import { HttpProblem } from './problem.ts';

const MIB = 1024 * 1024;
const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

/** RunPod's defaults and bounds of `policy` (reference §1.2), in full ms. */
const EXECUTION_TIMEOUT = { least: 5 * SECOND_MS, most: 7 * DAY_MS, otherwise: 600 * SECOND_MS };
const TTL = { least: 10 * SECOND_MS, most: 7 * DAY_MS, otherwise: DAY_MS };

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
    executionTimeoutMs: bounded(
      'executionTimeout',
      fullMs(policy?.executionTimeout, clock),
      EXECUTION_TIMEOUT,
    ),
    ttlMs: bounded('ttl', fullMs(policy?.ttl, clock), TTL),
  };
}

function fullMs(wireMs: number | undefined, clock: Clock): number | undefined {
  return wireMs === undefined ? undefined : Math.round(clock.fullMsOfWire(wireMs));
}

function bounded(name: string, ms: number | undefined, bounds: typeof TTL): number {
  if (ms === undefined) return bounds.otherwise;
  if (ms >= bounds.least && ms <= bounds.most) return ms;
  throw new HttpProblem(400, `policy.${name} must be from ${bounds.least} to ${bounds.most} ms`);
}

/** The `wait` of a held call in full ms: 1 s to 5 min, 90 s by default. */
export function readWait(wait: unknown, clock: Clock): number {
  const asked = Number(wait);
  if (wait === undefined || Number.isNaN(asked)) return 90 * SECOND_MS;
  return Math.min(300 * SECOND_MS, Math.max(SECOND_MS, clock.fullMsOfWire(asked)));
}
