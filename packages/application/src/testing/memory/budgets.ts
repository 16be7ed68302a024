import { type Account, type Accounts, toDay, toMonth } from '@trainyard/domain';
import type { BudgetChange, Budgets } from '../../ports/budgets.ts';
import { sumBatchAmounts, toMicroUsd, toUsd } from './training-store/amounts.ts';
import type { MemoryBudgets, MemoryData } from './training-store/data.ts';
import type { MemoryContext } from './training-store/writes.ts';

/** Creates the budgets of an in-memory backend; their amounts are booked by the writes of its store. */
export function createMemoryBudgets({ state, timeZone, onChange }: MemoryContext): Budgets {
  const budgets = (): MemoryBudgets => state.data.budgets;
  return {
    timeZone,
    getLimits: async () => {
      const [dayUsd, monthUsd] = [getLimitUsd(budgets(), 'day'), getLimitUsd(budgets(), 'month')];
      return {
        ...(dayUsd !== undefined && { dayUsd }),
        ...(monthUsd !== undefined && { monthUsd }),
        batches: Object.fromEntries(listBatchLimits(budgets())),
      };
    },
    setLimits: async (change) => {
      setLimits(state.data, change);
      onChange();
    },
    getAccounts: async (nowMs) => readAccounts(state.data, nowMs, timeZone),
    listBatchBudgets: async () =>
      listBatchLimits(budgets()).map(([batchId, limitUsd]) => ({
        batchId,
        limitUsd,
        usedUsd: toUsd(sumBatchAmounts(budgets(), batchId)),
      })),
    deleteBatchBudgets: async (batchIds) => {
      const { limits, batchBudgets } = budgets();
      const deleted = batchIds.map((id) => [batchBudgets.delete(id), limits.delete(`batch:${id}`)]);
      return deleted.filter((each) => each.includes(true)).length;
    },
    listPaceSamples: async (pool) => structuredClone(budgets().pace.get(pool) ?? []),
  };
}

function getLimitUsd({ limits }: MemoryBudgets, period: 'day' | 'month'): number | undefined {
  const limit = limits.get(period);
  return limit === undefined || limit === null ? undefined : toUsd(limit);
}

function listBatchLimits({ limits }: MemoryBudgets): readonly (readonly [string, number])[] {
  return [...limits].flatMap(([name, limit]) =>
    name.startsWith('batch:') && limit !== null ? [[name.slice('batch:'.length), toUsd(limit)] as const] : [],
  );
}

function setLimits({ budgets: { limits }, control }: MemoryData, change: BudgetChange): void {
  const toLimit = (usd: number | null): number | null => (usd === null ? null : toMicroUsd(usd));
  if (change.dayUsd !== undefined) limits.set('day', toLimit(change.dayUsd));
  if (change.monthUsd !== undefined) limits.set('month', toLimit(change.monthUsd));
  for (const [id, usd] of Object.entries(change.batches ?? {})) limits.set(`batch:${id}`, toLimit(usd));
  control.refused = undefined;
}

function readAccounts(
  { budgets, control, activeAttempts }: MemoryData,
  nowMs: number,
  timeZone: string,
): Accounts {
  const toAccount = (period: string, budgetUsd: number | undefined): Account => ({
    period,
    ...(budgetUsd !== undefined && { budgetUsd }),
    spentUsd: toUsd(budgets.spend.get(period) ?? 0),
    assumedUsd: toUsd(budgets.spend.get(`${period}:assumed`) ?? 0),
    unknownRuns: budgets.spend.get(`${period}:unknown`) ?? 0,
  });
  const expected = [...activeAttempts.values()].map((each) => each.expected ?? 0);
  const { refused } = control;
  return {
    day: toAccount(toDay(nowMs, timeZone), getLimitUsd(budgets, 'day')),
    month: toAccount(toMonth(nowMs, timeZone), getLimitUsd(budgets, 'month')),
    committedUsd: toUsd(expected.reduce((sum, each) => sum + each, 0)),
    ...(refused && { refused: { usd: toUsd(refused.amount), at: refused.at } }),
  };
}
