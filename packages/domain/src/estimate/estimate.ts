/** What time and money depend on (SPEC §9). */
export interface EstimateBasis {
  /** Seconds from submission to the first step. */
  readonly coldStartSeconds: number;
  readonly secondsPerStep: number;
  /** USD per GPU second; absent when the price is unknown. */
  readonly usdPerSecond?: number;
}

/** The seed of the learned figures: 1.5 s a step (SPEC §9) and a cold start of two minutes. */
export const ESTIMATE_SEED: EstimateBasis = { coldStartSeconds: 120, secondsPerStep: 1.5 };

/** Duration and cost before the fact, with a range of a third to either side. */
export interface Estimate {
  readonly durationSeconds: number;
  readonly durationRangeSeconds: readonly [number, number];
  readonly costUsd?: number;
  readonly costRangeUsd?: readonly [number, number];
}

const SPREAD = 1 / 3;
const range = (value: number): readonly [number, number] => [value * (1 - SPREAD), value * (1 + SPREAD)];

/** Estimates a training of so many steps. */
export const estimate = (steps: number, basis: EstimateBasis = ESTIMATE_SEED): Estimate => {
  const durationSeconds = basis.coldStartSeconds + steps * basis.secondsPerStep;
  const costUsd = basis.usdPerSecond === undefined ? undefined : durationSeconds * basis.usdPerSecond;
  return {
    durationSeconds,
    durationRangeSeconds: range(durationSeconds),
    ...(costUsd !== undefined && { costUsd, costRangeUsd: range(costUsd) }),
  };
};

/** Actual cost: RunPod bills whole seconds, rounded up (reference/runpod.md §7). A lower bound. */
export const costOf = (executionMs: number, usdPerSecond: number): number =>
  Math.ceil(executionMs / 1000) * usdPerSecond;

const HOUR_MS = 3_600_000;
const MIN_EXECUTION_MS = 2 * HOUR_MS;
const MAX_EXECUTION_MS = 7 * 24 * HOUR_MS - 7 * HOUR_MS;
/** How long a run may wait at the provider before that counts as a fault. */
export const QUEUE_BUDGET_MS = 6 * HOUR_MS;
const TTL_SLACK_MS = HOUR_MS / 2;

/** The two times sent with every submission: RunPod's own defaults would kill every training (SPEC §4). */
export interface RunLimits {
  readonly executionTimeoutMs: number;
  readonly ttlMs: number;
}

/** executionTimeout = max(2 h, 3 × estimate), at most 7 d − 7 h; ttl = queue budget + executionTimeout + 30 min. */
export const runLimits = (
  durationSeconds: number,
  settings: { readonly executionTimeoutMs?: number; readonly queueBudgetMs?: number } = {},
): RunLimits => {
  const wanted = settings.executionTimeoutMs ?? Math.max(MIN_EXECUTION_MS, 3 * durationSeconds * 1000);
  const executionTimeoutMs = Math.ceil(Math.min(wanted, MAX_EXECUTION_MS));
  return {
    executionTimeoutMs,
    ttlMs: (settings.queueBudgetMs ?? QUEUE_BUDGET_MS) + executionTimeoutMs + TTL_SLACK_MS,
  };
};
