import { type Account, type Accounts, omitUndefined } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { Preview } from '../intake/preview.ts';
import { estimateNextStart, type NextStart } from './slots.ts';
import { type DispatchStop, getDispatchStop } from './waiting.ts';

/** A budget of day or month, and its use with the estimated cost of the training. USD. */
interface BudgetAfter {
  readonly period: string;
  readonly budgetUsd?: number;
  /** Spent, and expected of the live runs. */
  readonly usedUsd: number;
  /** `usedUsd` with the estimate; undefined without a known price. */
  readonly afterUsd?: number;
}

/** Place, expected start and budgets of a training that would be enqueued now. */
export interface PreviewStart extends NextStart {
  /** Why the training would not start at present. */
  readonly stop?: DispatchStop;
  readonly day: BudgetAfter;
  readonly month: BudgetAfter;
}

type StartDeps = Parameters<typeof getDispatchStop>[0] & Parameters<typeof estimateNextStart>[0];

/** Reads where in the queue a previewed training would be, when it would start, and what it leaves of the budgets. */
export async function readPreviewStart(
  deps: StartDeps & Pick<Deps, 'budgets'>,
  { estimate, priority }: Pick<Preview, 'estimate' | 'priority'>,
): Promise<PreviewStart> {
  const [next, stop, accounts] = await Promise.all([
    estimateNextStart(deps, priority),
    getDispatchStop(deps, estimate.costUsd),
    deps.budgets.getAccounts(deps.clock.now()),
  ]);
  return {
    ...next,
    ...(stop && { stop }),
    day: toBudgetAfter(accounts.day, accounts, estimate.costUsd),
    month: toBudgetAfter(accounts.month, accounts, estimate.costUsd),
  };
}

function toBudgetAfter(
  { period, budgetUsd, spentUsd }: Account,
  { committedUsd }: Accounts,
  costUsd: number | undefined,
): BudgetAfter {
  const usedUsd = spentUsd + committedUsd;
  const afterUsd = costUsd === undefined ? undefined : usedUsd + costUsd;
  return { period, usedUsd, ...omitUndefined({ budgetUsd, afterUsd }) };
}
