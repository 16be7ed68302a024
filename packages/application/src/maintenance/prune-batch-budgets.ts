import type { Batch } from '@trainyard/domain';
import type { Deps } from '../deps.ts';

type PruneDeps = Pick<Deps, 'batches' | 'budgets' | 'clock' | 'settings' | 'log'>;

/** How many batches one turn looks at. */
const PAGE_SIZE = 100;

/**
 * Goes round all batches, a page a turn, and lets go of the purse and the budget of each that ended long ago, as its
 * trainings shrink (SPEC §7); what it came to stands in its summary. A purse that a late write brings back goes with the
 * next round. @returns one turn, which tells how many were let go
 */
export function createBatchBudgetPruner(deps: PruneDeps): () => Promise<number> {
  const { batches, budgets, clock, settings, log } = deps;
  const isOld = ({ status, changedAt }: Batch): boolean =>
    status === 'ended' && changedAt < clock.now() - settings.retentionMs;
  let cursor: string | undefined;
  return async () => {
    const page = await batches.list({ limit: PAGE_SIZE, ...(cursor !== undefined && { cursor }) });
    const count = await budgets.deleteBatchBudgets(page.items.filter(isOld).map(({ id }) => id));
    cursor = page.nextCursor;
    if (count > 0) log.info('batch_budgets_pruned', { count });
    return count;
  };
}
