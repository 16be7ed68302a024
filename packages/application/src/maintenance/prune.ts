import { type Batch, countImages, type Training, type TrainingRequest } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { loadReadableTrainings } from '../lifecycle/read-trainings.ts';

type PruneTrainingsDeps = Pick<Deps, 'store' | 'clock' | 'settings' | 'log'>;
type PruneBatchBudgetsDeps = Pick<Deps, 'batches' | 'budgets' | 'clock' | 'settings' | 'log'>;

/** The maximum number of trainings per run. 200 writes keep Redis busy for a short time only. */
const TRAININGS_PER_RUN = 200;
/** The number of batches that a run inspects. */
const BATCHES_PER_RUN = 100;

/**
 * Reduces trainings that ended longer ago than the retention (`settings.retentionMs`) to a summary. Events and
 * frozen inputs are deleted; lists, names and sums keep their entries. The backup in the object store keeps the full
 * training (docs/concepts/durability.md). A call prunes at most 200 trainings.
 * @returns the number of pruned trainings
 */
export async function pruneTrainings(deps: PruneTrainingsDeps): Promise<number> {
  const { store, clock, settings } = deps;
  const now = clock.now();
  const ids = await store.listPrunable(now - settings.retentionMs, TRAININGS_PER_RUN);
  const trainings = await loadReadableTrainings(deps, ids);
  for (const training of trainings) await store.prune(training, toSummary(training, now));
  if (trainings.length > 0) deps.log.info('trainings_pruned', { count: trainings.length });
  return trainings.length;
}

/** The part of a request that lists, names and sums still need. */
function toSummary({ request }: Training, at: number): TrainingRequest {
  const { samplePrompts: _, workflow: __, workflowOverrides: ___, metadata: ____, ...rest } = request;
  const { notifyUrl: _____, containerConfig: ______, nodeClasses: _______, ...remaining } = rest;
  return { ...remaining, imageUris: [], samplePrompts: [], pruned: { at, imageCount: countImages(request) } };
}

/**
 * Creates a pruner of batch budgets. Each call inspects the next page of 100 batches and deletes the budget and its
 * account for every batch that ended longer ago than the retention; the batch's summary keeps the total cost. After
 * the last page the pruner starts again, so a budget that a late write restored is deleted in the next pass.
 * @returns the pruner; it returns the number of deleted budgets
 */
export function createBatchBudgetPruner(deps: PruneBatchBudgetsDeps): () => Promise<number> {
  const { batches, budgets, clock, settings, log } = deps;
  const isPrunable = ({ status, changedAt }: Batch): boolean =>
    status === 'ended' && changedAt < clock.now() - settings.retentionMs;
  let cursor: string | undefined;
  return async () => {
    const page = await batches.list({ limit: BATCHES_PER_RUN, ...(cursor !== undefined && { cursor }) });
    for (const { id, fault } of page.unreadable) log.error('batch_unreadable', { batch_id: id, fault });
    const count = await budgets.deleteBatchBudgets(page.items.filter(isPrunable).map(({ id }) => id));
    cursor = page.nextCursor;
    if (count > 0) log.info('batch_budgets_pruned', { count });
    return count;
  };
}
