import { sumSpentUsd, type Training, type TrainingIn } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { WrongStateError } from '../errors.ts';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';
import { BudgetExceededError } from './errors.ts';
import { forecast } from './estimate.ts';
import { checkAmount, needPrice } from './price.ts';

type ReleaseDeps = AdvanceDeps & Pick<Deps, 'budgets'>;
type Queued = TrainingIn<'queued'>;

const needOf = async (deps: ReleaseDeps, { request }: Training): Promise<number | undefined> =>
  (await forecast(deps, request.hyperparameters)).costUsd;

const onlyQueued = (training: Training, wanted: string): Queued => {
  if (training.status !== 'queued') throw new WrongStateError(training.id, training.status, wanted);
  return training;
};

/** Lets it wait its turn again, with what its run is expected to need set aside. */
const letGo = async (
  deps: ReleaseDeps,
  training: Training,
  how: { readonly by: string; readonly withinPurse: boolean },
): Promise<Training> => {
  const reservedUsd = await needOf(deps, training);
  return advance(deps, training.id, {
    type: 'budget_released',
    at: deps.clock.now(),
    cause: 'api',
    ...how,
    ...(reservedUsd !== undefined && { reservedUsd }),
  });
};

/** A person's word that it may run whatever its budget says. Throws WrongStateError for one that is not held. */
export const release = async (deps: ReleaseDeps, training: Training, by: string): Promise<Training> => {
  const wanted = 'only one that a budget holds can be released';
  if (!onlyQueued(training, wanted).hold) throw new WrongStateError(training.id, training.status, wanted);
  return letGo(deps, training, { by, withinPurse: false });
};

/**
 * Gives a training that waits another budget, or none with null, and releases it if that was all that held it. Throws
 * WrongStateError, InvalidRequestError, PriceUnknownError, and BudgetExceededError for less than it needs.
 */
export const changeTrainingBudget = async (
  deps: ReleaseDeps,
  training: Training,
  change: { readonly budgetUsd: number | null; readonly by: string },
): Promise<Training> => {
  const queued = onlyQueued(training, 'only one that waits can be given another budget');
  const { budgetUsd, by } = change;
  checkAmount('budget_usd', budgetUsd);
  if (budgetUsd !== null) {
    needPrice(deps);
    const leftUsd = budgetUsd - sumSpentUsd(queued.runCosts ?? []);
    const needUsd = queued.reservedUsd ?? (await needOf(deps, queued)) ?? 0;
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
  return letGo(deps, after, { by, withinPurse: true });
};

async function* waitingOf({ store }: ReleaseDeps, batchId: string): AsyncIterable<Queued> {
  let cursor: string | undefined;
  do {
    const page = await store.list({
      batchId,
      status: ['queued'],
      limit: 200,
      ...(cursor !== undefined && { cursor }),
    });
    for (const each of page.items) if (each.status === 'queued' && each.hold?.of === 'batch') yield each;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

/**
 * Gives a batch another purse, or none with null, and releases those that it held, the oldest first, as far as it goes.
 * @returns those that were released. Throws InvalidRequestError and PriceUnknownError.
 */
export const changeBatchBudget = async (
  deps: ReleaseDeps,
  batchId: string,
  change: { readonly budgetUsd: number | null; readonly by: string },
): Promise<readonly Training[]> => {
  const { budgetUsd, by } = change;
  checkAmount('budget_usd', budgetUsd);
  if (budgetUsd !== null) needPrice(deps);
  await deps.budgets.setLimits({ batches: { [batchId]: budgetUsd } });
  const held = await Array.fromAsync(waitingOf(deps, batchId));
  const released: Training[] = [];
  for (const training of held.toReversed()) {
    const after = await letGo(deps, training, { by, withinPurse: true });
    if (after.status === 'queued' && !after.hold) released.push(after);
  }
  deps.log.info('batch_budget_changed', { batch_id: batchId, released: released.length });
  return released;
};
