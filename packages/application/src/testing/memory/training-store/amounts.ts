import { holdsSlot, paceSampleFrom, sumSpentUsd, type Training, toDay, toMonth } from '@trainyard/domain';
import { listCostChanges, type Revision } from '../../../lifecycle/revision.ts';
import type { MemoryBudgets, MemoryData } from './data.ts';

const MILLION = 1_000_000;
const PACE_SAMPLES_KEPT = 50;

/** Whole millionths of a USD, so that sums stay exact. */
export function toMicroUsd(usd: number): number {
  return Math.round(usd * MILLION);
}

/** Millionths back to USD. */
export function toUsd(amount: number): number {
  return amount / MILLION;
}

/** The expected cost of a live attempt in millionths of a USD; undefined without a known price. */
export function getExpectedAmount(training: Training): number | undefined {
  const usd = holdsSlot(training) ? training.attempt.expected?.costUsd : undefined;
  return usd === undefined ? undefined : toMicroUsd(usd);
}

/** Spent and reserved amount of a training. */
function getUsedAmount({ runCosts = [], reservedUsd = 0 }: Training): number {
  return toMicroUsd(sumSpentUsd(runCosts) + reservedUsd);
}

/** Sums the amounts that the trainings of a batch have spent or reserved. */
export function sumBatchAmounts({ batchBudgets }: MemoryBudgets, batchId: string): number {
  return [...(batchBudgets.get(batchId)?.values() ?? [])].reduce((sum, each) => sum + each, 0);
}

/** The rest of the batch budget when the revision needs more; undefined when it fits. */
export function findBatchShortage({ budgets }: MemoryData, training: Training): number | undefined {
  const { batchId } = training.request;
  const limit = batchId === undefined ? undefined : budgets.limits.get(`batch:${batchId}`);
  if (batchId === undefined || limit === undefined || limit === null) return undefined;
  const more = getUsedAmount(training) - (budgets.batchBudgets.get(batchId)?.get(training.id) ?? 0);
  const left = limit - sumBatchAmounts(budgets, batchId);
  return more > 0 && more > left ? left : undefined;
}

/** Whether day or month have less left than the attempt is expected to cost; a refusal is recorded. */
export function exceedsPeriodBudget(
  data: MemoryData,
  { training, record }: Revision,
  timeZone: string,
): boolean {
  const { budgets, control, activeAttempts } = data;
  const expected = getExpectedAmount(training);
  const live = [...activeAttempts.values()].reduce((sum, each) => sum + (each.expected ?? 0), expected ?? 0);
  const exceeded = (['day', 'month'] as const).some((period) => {
    const limit = budgets.limits.get(period);
    if (limit === undefined || limit === null) return false;
    const name = period === 'day' ? toDay(record.at, timeZone) : toMonth(record.at, timeZone);
    return expected === undefined || (budgets.spend.get(name) ?? 0) + live > limit;
  });
  if (exceeded) control.refused = { amount: expected ?? 0, at: record.at };
  return exceeded;
}

/**
 * Books the costs, the reservation and the pace sample of a revision. Costs of the revision before are not booked again;
 * a cost that the revision removes is booked back.
 */
export function bookAmounts({ budgets }: MemoryData, revision: Revision, timeZone: string): void {
  const { training, record, before } = revision;
  for (const { cost, sign } of listCostChanges(before, training)) {
    const unknown = cost.basis === 'assumed' || cost.usd === undefined;
    const amount = sign * toMicroUsd(cost.usd ?? 0);
    for (const period of [toDay(cost.at, timeZone), toMonth(cost.at, timeZone)]) {
      add(budgets.spend, period, amount);
      if (unknown) add(budgets.spend, `${period}:assumed`, amount);
      if (unknown) add(budgets.spend, `${period}:unknown`, sign);
    }
  }
  const { batchId } = training.request;
  if (batchId !== undefined) {
    const batch = budgets.batchBudgets.get(batchId) ?? new Map<string, number>();
    const used = getUsedAmount(training);
    if (used !== (batch.get(training.id) ?? 0))
      budgets.batchBudgets.set(batchId, batch.set(training.id, used));
  }
  const sample = record.from === record.to ? undefined : paceSampleFrom(training);
  if (!sample) return;
  const samples = [...(budgets.pace.get(sample.pool) ?? []), sample.sample].sort((a, b) => a.at - b.at);
  budgets.pace.set(sample.pool, samples.slice(-PACE_SAMPLES_KEPT));
}

function add(sums: Map<string, number>, name: string, amount: number): void {
  sums.set(name, (sums.get(name) ?? 0) + amount);
}
