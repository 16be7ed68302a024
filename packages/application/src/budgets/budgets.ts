import { type Accounts, type BudgetExhaustion, findBudgetExhaustion } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { BudgetChange, BatchBudget } from '../ports/budgets.ts';
import { assertValidAmount, assertPriceKnown } from './price.ts';

type BudgetDeps = Pick<Deps, 'budgets' | 'settings' | 'clock'>;

/** What may be spent, what was, and what is left (SPEC §9). */
export interface BudgetStatus {
  readonly accounts: Accounts;
  readonly batchBudgets: readonly BatchBudget[];
  readonly timeZone: string;
  /** Why nothing is fetched for want of money. */
  readonly stop?: BudgetExhaustion;
}

const findBudgetStop = ({ budgets, settings, clock }: BudgetDeps, accounts: Accounts): BudgetExhaustion | undefined => {
  const limited = accounts.day.budgetUsd ?? accounts.month.budgetUsd;
  if (limited === undefined) return undefined;
  if (settings.estimate.usdPerSecond === undefined)
    return { period: 'day', reason: 'budget: the price of the GPU is not known; set GPU_TYPE' };
  return findBudgetExhaustion(accounts, clock.now(), budgets.timeZone);
};

/** Why nothing is fetched for want of money; undefined while something is left. */
export const getBudgetStop = async (deps: BudgetDeps): Promise<BudgetExhaustion | undefined> =>
  findBudgetStop(deps, await deps.budgets.getAccounts(deps.clock.now()));

/** Reads all that is known of the money. */
export const getBudgetStatus = async (deps: BudgetDeps): Promise<BudgetStatus> => {
  const [accounts, batchBudgets] = await Promise.all([
    deps.budgets.getAccounts(deps.clock.now()),
    deps.budgets.listBatchBudgets(),
  ]);
  const stop = findBudgetStop(deps, accounts);
  return { accounts, batchBudgets, timeZone: deps.budgets.timeZone, ...(stop && { stop }) };
};

/**
 * Changes what a day or month may cost; null takes a limit away. Throws InvalidRequestError and PriceUnknownError.
 */
export const changeBudgets = async (
  deps: BudgetDeps & Pick<Deps, 'log'>,
  change: Pick<BudgetChange, 'dayUsd' | 'monthUsd'>,
): Promise<BudgetStatus> => {
  assertValidAmount('day_usd', change.dayUsd);
  assertValidAmount('month_usd', change.monthUsd);
  if (typeof change.dayUsd === 'number' || typeof change.monthUsd === 'number') assertPriceKnown(deps);
  await deps.budgets.setLimits(change);
  deps.log.info('budgets_changed', { ...change });
  return getBudgetStatus(deps);
};
