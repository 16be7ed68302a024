import { type Attempt, type Queued, sumSpentUsd } from '@trainyard/domain';
import { formatShortage } from '../budgets/errors.ts';
import type { Deps } from '../deps.ts';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';
import type { ClaimedJob } from '../ports/training-queue.ts';
import { getCurrentLockToken } from './snooze.ts';

/**
 * Holds a queued training out of the queue until an operator raises its budget or releases it; the effect of the save
 * finishes the job. An accepted training never fails for its budget (docs/concepts/budgets.md). A training that is no
 * longer queued is not changed.
 */
export async function holdForBudget(
  deps: AdvanceDeps & Pick<Deps, 'budgets'>,
  job: ClaimedJob,
  attempt: Attempt,
): Promise<void> {
  const training = await deps.store.load(job.trainingId);
  if (training?.status !== 'queued') return;
  const of = exceedsTrainingBudget(training, attempt) ? 'training' : 'batch';
  const leftUsd =
    of === 'training'
      ? (training.budgetUsd ?? 0) - sumSpentUsd(training.runCosts ?? [])
      : await getRemainingBatchBudgetUsd(deps, training.request.batchId);
  await advance(deps, job.trainingId, {
    type: 'budget_held',
    at: deps.clock.now(),
    cause: 'dispatcher',
    of,
    reason: formatShortage({ of, needUsd: attempt.expected?.costUsd ?? 0, leftUsd }),
    lockToken: getCurrentLockToken(job),
  });
}

/**
 * Returns whether the attempt's expected cost exceeds the rest of the training's budget. An amount reserved at accept,
 * or by an operator's release, is already approved and never exceeds the budget.
 */
export function exceedsTrainingBudget(training: Queued, { expected }: Attempt): boolean {
  return (
    training.budgetUsd !== undefined &&
    training.reservedUsd === undefined &&
    expected?.costUsd !== undefined &&
    sumSpentUsd(training.runCosts ?? []) + expected.costUsd > training.budgetUsd
  );
}

async function getRemainingBatchBudgetUsd(
  { budgets }: Pick<Deps, 'budgets'>,
  batchId: string | undefined,
): Promise<number> {
  const batchBudget = (await budgets.listBatchBudgets()).find((each) => each.batchId === batchId);
  return batchBudget ? batchBudget.limitUsd - batchBudget.usedUsd : 0;
}
