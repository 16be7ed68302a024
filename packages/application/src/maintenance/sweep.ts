import { type Obligation, obligations, type Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { type PerformDeps, perform } from '../lifecycle/perform.ts';
import { UnreadableTrainingError } from '../ports/training-store.ts';

type SweepDeps = PerformDeps & Pick<Deps, 'store'>;

/** How many trainings are asked together. */
const PAGE_SIZE = 200;

/**
 * Asks of every training that is owed something whether it still is, and meets it again: the safety under all
 * that is done at the edges (DESIGN §3). It never submits.
 * @returns how many trainings were asked
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

/** A place in the line that nobody has to make: no job of its own is to be moved first. */
function isPlainEnqueue(obligation: Obligation): boolean {
  return obligation.kind === 'enqueue' && obligation.lockToken === undefined;
}

/** Those that can be read: one that another version wrote is told of and left alone, and the others are asked. */
async function loadReadable(deps: SweepDeps, ids: readonly string[]): Promise<readonly Training[]> {
  try {
    return await deps.store.loadAll(ids);
  } catch (error) {
    if (!(error instanceof UnreadableTrainingError)) throw error;
    const { trainingId } = error;
    deps.log.error('training_unreadable', { training_id: trainingId, error });
    return loadReadable(
      deps,
      ids.filter((id) => id !== trainingId),
    );
  }
}

/** Adding a job that is there changes nothing, but is told to all who listen: of thousands that wait none is added. */
async function sweepPage(deps: SweepDeps, ids: readonly string[]): Promise<number> {
  const trainings = await loadReadable(deps, ids);
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
