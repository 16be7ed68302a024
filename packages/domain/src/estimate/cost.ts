/** Actual cost: RunPod bills whole seconds, rounded up (reference/runpod.md §7). A lower bound. @returns USD */
export function calculateCost(executionMs: number, usdPerSecond: number): number {
  return Math.ceil(executionMs / 1000) * usdPerSecond;
}

/**
 * What one run came to, once its end was proven. RunPod bills from the worker's start, but its `delayTime` mixes free
 * waiting with a billed cold start, so only the execution is counted: a lower bound (reference/runpod.md §7).
 */
export interface RunCost {
  readonly attempt: number;
  /** When the run's end was proven; decides the day that pays. Epoch ms. */
  readonly at: number;
  readonly executionMs?: number;
  /** Absent where no price was known when the attempt began. */
  readonly usd?: number;
  /** `assumed`: the provider never told how long it ran, so what was expected stands for what it cost. */
  readonly basis: 'execution_time' | 'never_ran' | 'assumed';
}

/** What several runs came to together, with what is known told apart from what is not. */
export interface Costs {
  /** The sum of what the provider told; absent when nothing is known. */
  readonly knownUsd?: number;
  /** The sum of what stands for runs that were lost. */
  readonly assumedUsd: number;
  /** Runs whose cost nobody told: lost, or without a price. */
  readonly unknownRuns: number;
}

function isKnown({ basis, usd }: RunCost): boolean {
  return basis !== 'assumed' && usd !== undefined;
}

/** Adds bills up. */
export function sumRunCosts(runCosts: readonly RunCost[]): Costs {
  const known = runCosts.filter(isKnown);
  const sum = (costs: readonly RunCost[]): number => costs.reduce((total, { usd = 0 }) => total + usd, 0);
  return {
    ...(known.length > 0 && { knownUsd: sum(known) }),
    assumedUsd: sum(runCosts.filter((runCost) => !isKnown(runCost))),
    unknownRuns: runCosts.length - known.length,
  };
}

/** What bills take from a budget: what is known, and what stands for the rest. @returns USD */
export function sumSpentUsd(runCosts: readonly RunCost[]): number {
  return runCosts.reduce((total, { usd = 0 }) => total + usd, 0);
}
