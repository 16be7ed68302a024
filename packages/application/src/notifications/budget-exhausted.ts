import { getBudgetStatus } from '../budgets/budgets.ts';
import type { Deps } from '../deps.ts';
import { type PublishDeps, publishNotification } from './publish.ts';

type BudgetDeps = PublishDeps & Pick<Deps, 'budgets' | 'settings' | 'clock'>;

/** Tells that a day's or month's budget is used up: once for each period and limit, whoever asks how often. */
export async function notifyBudgetExhausted(deps: BudgetDeps): Promise<void> {
  const { stop, accounts } = await getBudgetStatus(deps);
  if (!stop) return;
  const { period, budgetUsd = 0 } = accounts[stop.period];
  const { reason, opensAt } = stop;
  const opens_at = opensAt === undefined ? null : new Date(opensAt).toISOString();
  await publishNotification(deps, {
    id: `budget.${period}.${budgetUsd}`,
    type: 'budget.reached',
    at: deps.clock.now(),
    data: { budget: { period, budget_usd: budgetUsd, reason, opens_at } },
  });
}
