/** The figures behind an estimate (docs/concepts/budgets.md). */
export interface EstimateBasis {
  /** Seconds from submission to the first step. */
  readonly coldStartSeconds: number;
  readonly secondsPerStep: number;
  /** Seconds per sample picture of a training with validation. */
  readonly secondsPerPicture: number;
  /** USD per GPU second; absent when the price is unknown. */
  readonly usdPerSecond?: number;
  /** Relative range of the estimate to either side; 1/3 without samples. */
  readonly spread?: number;
}

/** The figures before the first sample: 1.5 s per step, 30 s per sample picture and a cold start of 2 min. */
export const DEFAULT_ESTIMATE_BASIS: EstimateBasis = {
  coldStartSeconds: 120,
  secondsPerStep: 1.5,
  secondsPerPicture: 30,
};

/** The request of a training, as far as it determines the number of sample pictures. */
interface PictureRequest {
  readonly validation: boolean;
  readonly samplePrompts: readonly string[];
}

/** The number of sample pictures that a training creates at its end: one per prompt, none without validation. */
export function countSamplePictures({ validation, samplePrompts }: PictureRequest): number {
  return validation ? samplePrompts.length : 0;
}

/** Expected duration and cost of a training, with a range. */
export interface Estimate {
  readonly durationSeconds: number;
  readonly durationRangeSeconds: readonly [number, number];
  readonly costUsd?: number;
  readonly costRangeUsd?: readonly [number, number];
}

const SPREAD = 1 / 3;

/** Estimates duration and cost of a training of the given steps and sample pictures; no cost without a price. */
export function estimate(
  steps: number,
  basis: EstimateBasis = DEFAULT_ESTIMATE_BASIS,
  pictures = 0,
): Estimate {
  const durationSeconds =
    basis.coldStartSeconds + steps * basis.secondsPerStep + pictures * basis.secondsPerPicture;
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
/** Margin of the ttl beside wait and run: with the default wait of 6 h, a run has at most 7 d − 7 h. */
const TTL_RESERVE_MS = HOUR_MS;
/** Time that a run may wait at the provider before the wait counts as a fault. */
export const QUEUE_BUDGET_MS = 6 * HOUR_MS;
const TTL_SLACK_MS = HOUR_MS / 2;

/** The two limits sent with every submission; the provider's own defaults would end a training too early. */
export interface RunLimits {
  readonly executionTimeoutMs: number;
  readonly ttlMs: number;
}

/**
 * Calculates the limits of a run: execution timeout = max(2 h, 3 × estimate), at most 7 d − 7 h; ttl = queue budget +
 * execution timeout + 30 min, at most the 7 d that the provider accepts, also with a longer queue budget.
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

/** Actual cost of an execution, rounded up to whole billed seconds. A lower bound (docs/concepts/budgets.md). @returns USD */
export function calculateCost(executionMs: number, usdPerSecond: number): number {
  return Math.ceil(executionMs / 1000) * usdPerSecond;
}

/**
 * Cost of a run, recorded when its end is proven. The provider bills from the start of the worker, but reports free
 * waiting and the billed cold start as one delay, so only the execution time counts: a lower bound.
 */
export interface RunCost {
  readonly attempt: number;
  /** Time of the proof, epoch ms; selects the day and the month whose budget is charged. */
  readonly at: number;
  readonly executionMs?: number;
  /** Absent when the price was unknown at the start of the attempt. */
  readonly usd?: number;
  /** `assumed`: the provider did not report the execution time, so the expected cost is recorded. */
  readonly basis: 'execution_time' | 'never_ran' | 'assumed';
}

/** Whether a worker executed the run, as far as it is known: without an execution time the run counts as executed. */
export function wasExecuted({ basis, executionMs = 0 }: RunCost): boolean {
  return basis === 'assumed' || (basis === 'execution_time' && executionMs > 0);
}

/** Sum of the cost of several runs, known and assumed cost separate. */
export interface Costs {
  /** Sum of the cost of runs with a reported execution time; absent without such a run. */
  readonly knownUsd?: number;
  /** Sum of the assumed cost of the other runs. */
  readonly assumedUsd: number;
  /** Number of runs of unknown cost: lost, or without a price. */
  readonly unknownRuns: number;
}

function isKnown({ basis, usd }: RunCost): boolean {
  return basis !== 'assumed' && usd !== undefined;
}

/** Sums run costs, known and assumed cost separate. */
export function sumRunCosts(runCosts: readonly RunCost[]): Costs {
  const known = runCosts.filter(isKnown);
  const sum = (costs: readonly RunCost[]): number => costs.reduce((total, { usd = 0 }) => total + usd, 0);
  return {
    ...(known.length > 0 && { knownUsd: sum(known) }),
    assumedUsd: sum(runCosts.filter((runCost) => !isKnown(runCost))),
    unknownRuns: runCosts.length - known.length,
  };
}

/** Sum of known and assumed cost, as a budget counts it. @returns USD */
export function sumSpentUsd(runCosts: readonly RunCost[]): number {
  return runCosts.reduce((total, { usd = 0 }) => total + usd, 0);
}
