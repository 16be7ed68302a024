import type { BatchBudget, BudgetStatus } from '@trainyard/application';
import type { BudgetsView } from '@trainyard/contracts';
import { type Account, type BudgetExhaustion, getRemainingUsd } from '@trainyard/domain';
import { iso } from './time.ts';

const accountView = (account: Account, committedUsd: number): BudgetsView['day'] => ({
  period: account.period,
  budget_usd: account.budgetUsd ?? null,
  spent_usd: account.spentUsd,
  assumed_usd: account.assumedUsd,
  unknown_runs: account.unknownRuns,
  left_usd: getRemainingUsd(account, committedUsd) ?? null,
});

const purseView = ({ batchId, limitUsd, usedUsd }: BatchBudget): BudgetsView['batches'][number] => ({
  batch_id: batchId,
  budget_usd: limitUsd,
  taken_usd: usedUsd,
  left_usd: limitUsd - usedUsd,
});

/** Why nothing is fetched for want of money. */
export const stopView = (stop: BudgetExhaustion | undefined): BudgetsView['stop'] =>
  stop ? { reason: stop.reason, opens_at: stop.opensAt === undefined ? null : iso(stop.opensAt) } : null;

/** What may be spent, what was, and what is left. */
export const budgetsView = ({ accounts, batchBudgets, timeZone, stop }: BudgetStatus): BudgetsView => ({
  time_zone: timeZone,
  committed_usd: accounts.committedUsd,
  day: accountView(accounts.day, accounts.committedUsd),
  month: accountView(accounts.month, accounts.committedUsd),
  batches: batchBudgets.map(purseView),
  stop: stopView(stop),
});
