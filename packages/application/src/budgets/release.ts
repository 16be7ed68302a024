import { sumSpentUsd, type Training, type TrainingIn } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { WrongStateError } from '../errors.ts';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';
import { iterateReadablePages } from '../lifecycle/read-trainings.ts';
import { assertPriceKnown, assertValidAmount } from './budgets.ts';
import { BudgetExceededError } from './errors.ts';
import { estimateTraining } from './estimate.ts';

type ReleaseDeps = AdvanceDeps & Pick<Deps, 'budgets'>;
type Queued = TrainingIn<'queued'>;

/**
 * Releases a training that is held by a budget, on confirmation by an operator: it runs even if its budget is
 * exceeded. Throws WrongStateError unless the training is queued and held.
 */
export async function releaseHold(deps: ReleaseDeps, training: Training, by: string): Promise<Training> {
  const wanted = 'only a training held by a budget can be released';
  if (!assertQueued(training, wanted).hold) throw new WrongStateError(training.id, training.status, wanted);
  return applyRelease(deps, training, { by, withinBatchBudget: false });
}

async function estimateNeedUsd(deps: ReleaseDeps, { request }: Training): Promise<number | undefined> {
  return (await estimateTraining(deps, request)).costUsd;
}

function assertQueued(training: Training, wanted: string): Queued {
  if (training.status !== 'queued') throw new WrongStateError(training.id, training.status, wanted);
  return training;
}

/** Requeues a held training and reserves its estimated cost. */
async function applyRelease(
  deps: ReleaseDeps,
  training: Training,
  options: { readonly by: string; readonly withinBatchBudget: boolean },
): Promise<Training> {
  const reservedUsd = await estimateNeedUsd(deps, training);
  return advance(deps, training.id, {
    type: 'budget_released',
    at: deps.clock.now(),
    cause: 'api',
    ...options,
    ...(reservedUsd !== undefined && { reservedUsd }),
  });
}

/**
 * Changes the budget of a queued training (null removes it), and releases the training if its own budget was
 * the only hold. Throws WrongStateError for a training that is not queued, InvalidRequestError,
 * PriceUnknownError, and BudgetExceededError for an amount below the estimated cost plus the amount already
 * spent.
 */
export async function changeTrainingBudget(
  deps: ReleaseDeps,
  training: Training,
  change: { readonly budgetUsd: number | null; readonly by: string },
): Promise<Training> {
  const queued = assertQueued(training, 'the budget can be changed only while the training is queued');
  const { budgetUsd, by } = change;
  assertValidAmount('budget_usd', budgetUsd);
  if (budgetUsd !== null) {
    assertPriceKnown(deps);
    const leftUsd = budgetUsd - sumSpentUsd(queued.runCosts ?? []);
    const needUsd = queued.reservedUsd ?? (await estimateNeedUsd(deps, queued)) ?? 0;
    if (needUsd > leftUsd) throw new BudgetExceededError({ of: 'training', needUsd, leftUsd });
  }
  const after = await advance(deps, queued.id, {
    type: 'budget_changed',
    at: deps.clock.now(),
    cause: 'api',
    by,
    ...(budgetUsd !== null && { budgetUsd }),
  });
  if (after.status !== 'queued' || after.hold?.of !== 'training') return after;
  return applyRelease(deps, after, { by, withinBatchBudget: true });
}

async function* listHeldByBatch(deps: ReleaseDeps, batchId: string): AsyncIterable<Queued> {
  for await (const { items } of iterateReadablePages(deps, { batchId, status: ['queued'] }))
    for (const each of items) if (each.status === 'queued' && each.hold?.of === 'batch') yield each;
}

/**
 * Changes the budget of a batch (null removes it), and releases the trainings that it held, oldest first, as
 * far as the new amount allows. Returns the released trainings. Throws InvalidRequestError and
 * PriceUnknownError.
 */
export async function changeBatchBudget(
  deps: ReleaseDeps,
  batchId: string,
  change: { readonly budgetUsd: number | null; readonly by: string },
): Promise<readonly Training[]> {
  const { budgetUsd, by } = change;
  assertValidAmount('budget_usd', budgetUsd);
  if (budgetUsd !== null) assertPriceKnown(deps);
  await deps.budgets.setLimits({ batches: { [batchId]: budgetUsd } });
  const held = await Array.fromAsync(listHeldByBatch(deps, batchId));
  const released: Training[] = [];
  for (const training of held.toReversed()) {
    const after = await applyRelease(deps, training, { by, withinBatchBudget: true });
    if (after.status === 'queued' && !after.hold) released.push(after);
  }
  deps.log.info('batch_budget_changed', { batch_id: batchId, released: released.length });
  return released;
}
