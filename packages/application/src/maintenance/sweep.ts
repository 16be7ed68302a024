import { type Obligation, obligations, type Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { type PerformDeps, perform } from '../lifecycle/advance.ts';
import { loadReadableTrainings } from '../lifecycle/read-trainings.ts';

type SweepDeps = PerformDeps & Pick<Deps, 'store'>;

/** The trainings loaded per page. */
const PAGE_SIZE = 200;

/**
 * Performs the pending effects of every training again (docs/concepts/lifecycle.md). A crash between a save and its
 * effects therefore loses no work. Every effect is idempotent; the sweep never submits a run.
 * @returns the number of trainings with pending effects
 */
export async function sweep(deps: SweepDeps): Promise<number> {
  let swept = 0;
  let page: string[] = [];
  for await (const id of deps.store.listPending()) {
    page.push(id);
    if (page.length < PAGE_SIZE) continue;
    swept += await sweepPage(deps, page);
    page = [];
  }
  return swept + (await sweepPage(deps, page));
}

/** An enqueue that needs no earlier job to be moved. */
function isPlainEnqueue(obligation: Obligation): boolean {
  return obligation.kind === 'enqueue' && obligation.lockToken === undefined;
}

/**
 * Adds no job for a training with a live job. The add would have no effect, but would publish an event to every
 * dispatcher, for thousands of queued trainings in each sweep.
 */
async function sweepPage(deps: SweepDeps, ids: readonly string[]): Promise<number> {
  const trainings = await loadReadableTrainings(deps, ids);
  const waiting = trainings.filter((training) => obligations(training).some(isPlainEnqueue));
  const withLiveJob = await deps.queue.withLiveJob(waiting.map(({ id }) => id));
  for (const training of trainings) await perform(deps, training, getPendingEffects(training, withLiveJob));
  return trainings.length;
}

function getPendingEffects(training: Training, withLiveJob: ReadonlySet<string>): readonly Obligation[] {
  return obligations(training).filter(
    (obligation) => !(isPlainEnqueue(obligation) && withLiveJob.has(training.id)),
  );
}
