export {
  type Account,
  type Accounts,
  type BudgetExhaustion,
  findBudgetExhaustion,
  getRemainingUsd,
} from './budget.ts';
export { toDay, toMonth, nextDay, nextMonth } from './calendar.ts';
export { type RunCost, type Costs, calculateCost, sumRunCosts, sumSpentUsd } from './cost.ts';
export {
  DEFAULT_ESTIMATE_BASIS,
  type Estimate,
  type EstimateBasis,
  estimate,
  QUEUE_BUDGET_MS,
  type RunLimits,
  toRunLimits,
} from './estimate.ts';
export { MIN_SAMPLE_STEPS, learnEstimateBasis, type PaceSample, toShape } from './pace-sample.ts';
export { type Pace, type Remaining, estimateRemaining } from './pace.ts';
