import { defaulted, optional } from '../declare.ts';
import { positiveNumber, timeZone } from '../kinds.ts';

const group = 'Budgets';
const LARGEST_USD = 1_000_000;

/** What may be spent. */
export const budgets = {
  BUDGET_DAY_USD: optional(positiveNumber(LARGEST_USD), {
    group,
    about:
      'What one day may cost. Only begins the budget; then `PUT /api/budgets` changes it. Needs GPU_TYPE.',
    example: '20',
  }),
  BUDGET_MONTH_USD: optional(positiveNumber(LARGEST_USD), {
    group,
    about: 'What one month may cost, likewise.',
    example: '300',
  }),
  BUDGET_TIME_ZONE: defaulted(timeZone, 'UTC', {
    group,
    about: 'Where the clock hangs that parts the days and months of spending.',
  }),
};
