import { type Accounts, type BudgetExhaustion, findBudgetExhaustion } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { BatchBudget, BudgetChange } from '../ports/budgets.ts';
import { assertPriceKnown, assertValidAmount } from './price.ts';

type BudgetDeps = Pick<Deps, 'budgets' | 'settings' | 'clock'>;

/** What may be spent, what was, and what is left (SPEC §9). */
export interface BudgetStatus {
  readonly accounts: Accounts;
  readonly batchBudgets: readonly BatchBudget[];
  readonly timeZone: string;
  /** Why nothing is fetched for want of money. */
  readonly stop?: BudgetExhaustion;
}

/** Why nothing is fetched for want of money; undefined while something is left. */
export async function getBudgetStop(deps: BudgetDeps): Promise<BudgetExhaustion | undefined> {
  return findBudgetStop(deps, await deps.budgets.getAccounts(deps.clock.now()));
}

function findBudgetStop(
  { budgets, settings, clock }: BudgetDeps,
  accounts: Accounts,
): BudgetExhaustion | undefined {
  const limited = accounts.day.budgetUsd ?? accounts.month.budgetUsd;
  if (limited === undefined) return undefined;
  if (settings.estimate.usdPerSecond === undefined)
    return { period: 'day', reason: 'budget: the price of the GPU is not known; set GPU_TYPE' };
  return findBudgetExhaustion(accounts, clock.now(), budgets.timeZone);
}

/** Reads all that is known of the money. */
export async function getBudgetStatus(deps: BudgetDeps): Promise<BudgetStatus> {
  const [accounts, batchBudgets] = await Promise.all([
    deps.budgets.getAccounts(deps.clock.now()),
    deps.budgets.listBatchBudgets(),
  ]);
  const stop = findBudgetStop(deps, accounts);
  return { accounts, batchBudgets, timeZone: deps.budgets.timeZone, ...(stop && { stop }) };
}

/**
 * Changes what a day or month may cost; null takes a limit away. Throws InvalidRequestError and PriceUnknownError.
 */
export async function changeBudgets(
  deps: BudgetDeps & Pick<Deps, 'log'>,
  change: Pick<BudgetChange, 'dayUsd' | 'monthUsd'>,
): Promise<BudgetStatus> {
  assertValidAmount('day_usd', change.dayUsd);
  assertValidAmount('month_usd', change.monthUsd);
  if (typeof change.dayUsd === 'number' || typeof change.monthUsd === 'number') assertPriceKnown(deps);
  await deps.budgets.setLimits(change);
  deps.log.info('budgets_changed', { ...change });
  return getBudgetStatus(deps);
}
