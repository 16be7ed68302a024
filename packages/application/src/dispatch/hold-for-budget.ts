import { type Attempt, type Queued, sumSpentUsd } from '@trainyard/domain';
import { formatShortage } from '../budgets/errors.ts';
import type { Deps } from '../deps.ts';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';
import type { ClaimedJob } from '../ports/training-consumer.ts';
import type { DispatchOutcome } from './dispatch.ts';
import { getCurrentLockToken } from './snooze.ts';

/** Keeps it from its next run until a person raises the budget or releases it. It was accepted, so it never fails for it. */
export async function holdForBudget(
  deps: AdvanceDeps & Pick<Deps, 'budgets'>,
  job: ClaimedJob,
  attempt: Attempt,
): Promise<DispatchOutcome> {
  const now = await deps.store.load(job.trainingId);
  if (now?.status !== 'queued') return { kind: 'skipped', reason: 'not_queued' };
  const of = exceedsTrainingBudget(now, attempt) ? 'training' : 'batch';
  const leftUsd =
    of === 'training'
      ? (now.budgetUsd ?? 0) - sumSpentUsd(now.runCosts ?? [])
      : await getRemainingBatchBudgetUsd(deps, now.request.batchId);
  await advance(deps, job.trainingId, {
    type: 'budget_held',
    at: deps.clock.now(),
    cause: 'dispatcher',
    of,
    reason: formatShortage({ of, needUsd: attempt.expected?.costUsd ?? 0, leftUsd }),
    lockToken: getCurrentLockToken(job),
  });
  return { kind: 'skipped', reason: 'held' };
}

/**
 * Whether another attempt is expected to cost more than its own budget has left. What was set aside at accept, or by a
 * person's release, stands: that much was promised.
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
