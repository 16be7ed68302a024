import type { BatchBudget, BudgetStatus } from '@trainyard/application';
import type { BudgetsView } from '@trainyard/contracts';
import { type Account, type BudgetExhaustion, getRemainingUsd } from '@trainyard/domain';
import { toIso } from './time.ts';

/** Why nothing is fetched for want of money. */
export function toBudgetStopView(stop: BudgetExhaustion | undefined): BudgetsView['stop'] {
  return stop
    ? { reason: stop.reason, opens_at: stop.opensAt === undefined ? null : toIso(stop.opensAt) }
    : null;
}

function toAccountView(account: Account, committedUsd: number): BudgetsView['day'] {
  return {
    period: account.period,
    budget_usd: account.budgetUsd ?? null,
    spent_usd: account.spentUsd,
    assumed_usd: account.assumedUsd,
    unknown_runs: account.unknownRuns,
    left_usd: getRemainingUsd(account, committedUsd) ?? null,
  };
}

function toBatchBudgetView({ batchId, limitUsd, usedUsd }: BatchBudget): BudgetsView['batches'][number] {
  return {
    batch_id: batchId,
    budget_usd: limitUsd,
    used_usd: usedUsd,
    left_usd: limitUsd - usedUsd,
  };
}

/** What may be spent, what was, and what is left. */
export function toBudgetsView({ accounts, batchBudgets, timeZone, stop }: BudgetStatus): BudgetsView {
  return {
    time_zone: timeZone,
    committed_usd: accounts.committedUsd,
    day: toAccountView(accounts.day, accounts.committedUsd),
    month: toAccountView(accounts.month, accounts.committedUsd),
    batches: batchBudgets.map(toBatchBudgetView),
    stop: toBudgetStopView(stop),
  };
}
