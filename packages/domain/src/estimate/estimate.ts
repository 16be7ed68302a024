/** What time and money depend on (SPEC §9). */
export interface EstimateBasis {
  /** Seconds from submission to the first step. */
  readonly coldStartSeconds: number;
  readonly secondsPerStep: number;
  /** USD per GPU second; absent when the price is unknown. */
  readonly usdPerSecond?: number;
  /** How far off it may be, to either side; a third while nothing was learned. */
  readonly spread?: number;
}

/** The seed of the learned figures: 1.5 s a step (SPEC §9) and a cold start of two minutes. */
export const DEFAULT_ESTIMATE_BASIS: EstimateBasis = { coldStartSeconds: 120, secondsPerStep: 1.5 };

/** Duration and cost before the fact, with a range. */
export interface Estimate {
  readonly durationSeconds: number;
  readonly durationRangeSeconds: readonly [number, number];
  readonly costUsd?: number;
  readonly costRangeUsd?: readonly [number, number];
}

const SPREAD = 1 / 3;

/** Estimates a training of so many steps. */
export function estimate(steps: number, basis: EstimateBasis = DEFAULT_ESTIMATE_BASIS): Estimate {
  const durationSeconds = basis.coldStartSeconds + steps * basis.secondsPerStep;
  const spread = basis.spread ?? SPREAD;
  const range = (value: number): readonly [number, number] => [value * (1 - spread), value * (1 + spread)];
  const costUsd = basis.usdPerSecond === undefined ? undefined : durationSeconds * basis.usdPerSecond;
  return {
    durationSeconds,
    durationRangeSeconds: range(durationSeconds),
    ...(costUsd !== undefined && { costUsd, costRangeUsd: range(costUsd) }),
  };
}

const HOUR_MS = 3_600_000;
const MIN_EXECUTION_MS = 2 * HOUR_MS;
const LONGEST_TTL_MS = 7 * 24 * HOUR_MS;
/** What the ttl must hold beside wait and run: 7 d − 7 h remain for a run with the usual wait of 6 h. */
const TTL_RESERVE_MS = HOUR_MS;
/** How long a run may wait at the provider before that counts as a fault. */
export const QUEUE_BUDGET_MS = 6 * HOUR_MS;
const TTL_SLACK_MS = HOUR_MS / 2;

/** The two times sent with every submission: RunPod's own defaults would kill every training (SPEC §4). */
export interface RunLimits {
  readonly executionTimeoutMs: number;
  readonly ttlMs: number;
}

/**
 * executionTimeout = max(2 h, 3 × estimate), at most 7 d − 7 h; ttl = queue budget + executionTimeout + 30 min, which
 * is never more than the 7 d that RunPod takes, also with a longer queue budget.
 */
export function toRunLimits(
  durationSeconds: number,
  settings: { readonly executionTimeoutMs?: number; readonly queueBudgetMs?: number } = {},
): RunLimits {
  const wanted = settings.executionTimeoutMs ?? Math.max(MIN_EXECUTION_MS, 3 * durationSeconds * 1000);
  const { queueBudgetMs = QUEUE_BUDGET_MS } = settings;
  const waitMs = Math.max(queueBudgetMs, QUEUE_BUDGET_MS);
  const executionTimeoutMs = Math.ceil(Math.min(wanted, LONGEST_TTL_MS - waitMs - TTL_RESERVE_MS));
  return { executionTimeoutMs, ttlMs: queueBudgetMs + executionTimeoutMs + TTL_SLACK_MS };
}
