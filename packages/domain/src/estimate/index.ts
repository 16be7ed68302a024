export {
  type Account,
  type Accounts,
  type BudgetExhaustion,
  findBudgetExhaustion,
  getRemainingUsd,
} from './budget.ts';
export { nextDay, nextMonth, toDay, toMonth } from './calendar.ts';
export { type Costs, calculateCost, type RunCost, sumRunCosts, sumSpentUsd } from './cost.ts';
export {
  DEFAULT_ESTIMATE_BASIS,
  type Estimate,
  type EstimateBasis,
  estimate,
  QUEUE_BUDGET_MS,
  type RunLimits,
  toRunLimits,
} from './estimate.ts';
export { estimateRemaining, type Pace, type Remaining } from './pace.ts';
export { learnEstimateBasis, MIN_SAMPLE_STEPS, type PaceSample, toShape } from './pace-sample.ts';
