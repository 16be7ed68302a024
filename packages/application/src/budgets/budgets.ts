import { type Accounts, type BudgetExhaustion, findBudgetExhaustion } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { InvalidRequestError } from '../errors.ts';
import type { BatchBudget, BudgetChange } from '../ports/budgets.ts';
import { PriceUnknownError } from './errors.ts';

type BudgetDeps = Pick<Deps, 'budgets' | 'settings' | 'clock'>;

/**
 * Limits, spending and remaining amounts of the day, the month and the batches (docs/concepts/budgets.md).
 * USD.
 */
export interface BudgetStatus {
  readonly accounts: Accounts;
  readonly batchBudgets: readonly BatchBudget[];
  /** IANA zone in which a day and a month begin. */
  readonly timeZone: string;
  /** Set while dispatch is stopped because a budget is exhausted or the GPU price is unknown. */
  readonly stop?: BudgetExhaustion;
}

/**
 * Returns the reason for which budgets stop dispatch, or undefined while the day's and the month's budget
 * have money left. @param needUsd estimated cost of a training that must fit too
 */
export async function getBudgetStop(
  deps: BudgetDeps,
  needUsd?: number,
): Promise<BudgetExhaustion | undefined> {
  const now = deps.clock.now();
  const accounts = await deps.budgets.getAccounts(now);
  const stop = findBudgetStop(deps, accounts);
  if (stop || needUsd === undefined) return stop;
  return findBudgetStop(deps, { ...accounts, refused: { usd: needUsd, at: now } });
}

function findBudgetStop(
  { budgets, settings, clock }: BudgetDeps,
  accounts: Accounts,
): BudgetExhaustion | undefined {
  const limited = accounts.day.budgetUsd ?? accounts.month.budgetUsd;
  if (limited === undefined) return undefined;
  if (settings.estimate.usdPerSecond === undefined)
    return { period: 'day', reason: 'budget: the price of the GPU is unknown. Set GPU_TYPE' };
  return findBudgetExhaustion(accounts, clock.now(), budgets.timeZone);
}

/** Reads the limits and the spending of the day, the month and all batches. */
export async function getBudgetStatus(deps: BudgetDeps): Promise<BudgetStatus> {
  const [accounts, batchBudgets] = await Promise.all([
    deps.budgets.getAccounts(deps.clock.now()),
    deps.budgets.listBatchBudgets(),
  ]);
  const stop = findBudgetStop(deps, accounts);
  return { accounts, batchBudgets, timeZone: deps.budgets.timeZone, ...(stop && { stop }) };
}

/**
 * Changes the budget of a day or a month; null removes the limit, an absent field keeps it. Throws
 * InvalidRequestError for an amount out of range and PriceUnknownError for a limit without a GPU price.
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

const MAX_BUDGET_USD = 1_000_000;

/** Throws PriceUnknownError if the GPU has no price: without a price a budget cannot be enforced. */
export function assertPriceKnown({ settings }: Pick<Deps, 'settings'>): void {
  if (settings.estimate.usdPerSecond === undefined) throw new PriceUnknownError();
}

/**
 * Throws InvalidRequestError for an amount that is not above 0 and at most 1 000 000 USD. undefined and null
 * pass. @param path field name for the error
 */
export function assertValidAmount(path: string, amount: number | null | undefined): void {
  if (amount === undefined || amount === null || (amount > 0 && amount <= MAX_BUDGET_USD)) return;
  throw new InvalidRequestError([
    { path, message: 'must be an amount in USD', value: amount, bound: `above 0, at most ${MAX_BUDGET_USD}` },
  ]);
}
