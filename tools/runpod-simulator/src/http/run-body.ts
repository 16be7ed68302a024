import { z } from 'zod';
import type { JobRequest } from '../platform/job.ts';
import type { Clock } from '../simulation/clock.ts';
import { HttpProblem } from './problem.ts';

const MIB = 1024 * 1024;
const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

/** Defaults and bounds of `policy` in RunPod's API. Unscaled ms. */
const EXECUTION_TIMEOUT = { min: 5 * SECOND_MS, max: 7 * DAY_MS, defaultMs: 600 * SECOND_MS };
const TTL = { min: 10 * SECOND_MS, max: 7 * DAY_MS, defaultMs: DAY_MS };

/** Maximum size of a body in bytes, by operation. */
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
 * Parses the body of `/run` and `/runsync`. `policy` and `webhook` are read beside `input`, never inside it. Throws
 * {@link HttpProblem} 400 for an invalid body and for values outside the bounds, whose treatment by RunPod is unknown.
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

/** Parses the `wait` of a long poll. Returns unscaled ms between 1 s and 5 min; 90 s by default. */
export function readWait(wait: unknown, clock: Clock): number {
  const asked = Number(wait);
  if (wait === undefined || Number.isNaN(asked)) return 90 * SECOND_MS;
  return Math.min(300 * SECOND_MS, Math.max(SECOND_MS, clock.fromWireMs(asked)));
}
