export {
  type Account,
  type Accounts,
  type BudgetStop,
  budgetStop,
  leftOf,
} from './budget.ts';
export { dayOf, monthOf, nextDay, nextMonth } from './calendar.ts';
export { type Bill, type Costs, costOf, costsOf, spentOf } from './cost.ts';
export {
  ESTIMATE_SEED,
  type Estimate,
  type EstimateBasis,
  estimate,
  QUEUE_BUDGET_MS,
  type RunLimits,
  runLimits,
} from './estimate.ts';
export { LEAST_STEPS, learn, type PaceSample, shapeOf } from './learn.ts';
export { type Pace, type Remaining, remaining } from './pace.ts';
