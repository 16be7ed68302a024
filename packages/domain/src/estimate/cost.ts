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
