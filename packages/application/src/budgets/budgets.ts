import { type Accounts, type BudgetExhaustion, findBudgetExhaustion } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { BudgetChange, Purse } from '../ports/budgets.ts';
import { checkAmount, needPrice } from './price.ts';

type BudgetDeps = Pick<Deps, 'budgets' | 'settings' | 'clock'>;

/** What may be spent, what was, and what is left (SPEC §9). */
export interface Standing {
  readonly accounts: Accounts;
  readonly purses: readonly Purse[];
  readonly timeZone: string;
  /** Why nothing is fetched for want of money. */
  readonly stop?: BudgetExhaustion;
}

const stopOf = ({ budgets, settings, clock }: BudgetDeps, accounts: Accounts): BudgetExhaustion | undefined => {
  const limited = accounts.day.budgetUsd ?? accounts.month.budgetUsd;
  if (limited === undefined) return undefined;
  if (settings.estimate.usdPerSecond === undefined)
    return { period: 'day', reason: 'budget: the price of the GPU is not known; set GPU_TYPE' };
  return findBudgetExhaustion(accounts, clock.now(), budgets.timeZone);
};

/** Why nothing is fetched for want of money; undefined while something is left. */
export const budgetStopNow = async (deps: BudgetDeps): Promise<BudgetExhaustion | undefined> =>
  stopOf(deps, await deps.budgets.accounts(deps.clock.now()));

/** Reads all that is known of the money. */
export const standing = async (deps: BudgetDeps): Promise<Standing> => {
  const [accounts, purses] = await Promise.all([
    deps.budgets.accounts(deps.clock.now()),
    deps.budgets.purses(),
  ]);
  const stop = stopOf(deps, accounts);
  return { accounts, purses, timeZone: deps.budgets.timeZone, ...(stop && { stop }) };
};

/**
 * Changes what a day or month may cost; null takes a limit away. Throws InvalidRequestError and PriceUnknownError.
 */
export const changeBudgets = async (
  deps: BudgetDeps & Pick<Deps, 'log'>,
  change: Pick<BudgetChange, 'dayUsd' | 'monthUsd'>,
): Promise<Standing> => {
  checkAmount('day_usd', change.dayUsd);
  checkAmount('month_usd', change.monthUsd);
  if (typeof change.dayUsd === 'number' || typeof change.monthUsd === 'number') needPrice(deps);
  await deps.budgets.setLimits(change);
  deps.log.info('budgets_changed', { ...change });
  return standing(deps);
};
