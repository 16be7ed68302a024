import { type Obligation, obligations, type Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { type PerformDeps, perform } from '../lifecycle/perform.ts';
import { UnreadableRecordError } from '../ports/training-store.ts';

type SweepDeps = PerformDeps & Pick<Deps, 'store'>;

/** How many trainings are asked together. */
const PAGE = 200;

/**
 * Asks of every training that is owed something whether it still is, and meets it again: the safety under all
 * that is done at the edges (DESIGN §3). It never submits.
 * @returns how many trainings were asked
 */
export const sweep = async (deps: SweepDeps): Promise<number> => {
  let asked = 0;
  let page: string[] = [];
  for await (const id of deps.store.owed()) {
    page.push(id);
    if (page.length < PAGE) continue;
    asked += await ask(deps, page);
    page = [];
  }
  return asked + (await ask(deps, page));
};

/** A place in the line that nobody has to make: no job of its own is to be moved first. */
const isPlainWait = (owed: Obligation): boolean => owed.kind === 'be_queued' && owed.lockToken === undefined;

/** Those that can be read: one that another version wrote is told of and left alone, and the others are asked. */
const readable = async (deps: SweepDeps, ids: readonly string[]): Promise<readonly Training[]> => {
  try {
    return await deps.store.loadAll(ids);
  } catch (error) {
    if (!(error instanceof UnreadableRecordError)) throw error;
    const { trainingId } = error;
    deps.log.error('record_unreadable', { training_id: trainingId, error });
    return readable(
      deps,
      ids.filter((id) => id !== trainingId),
    );
  }
};

/** Adding a job that is there changes nothing, but is told to all who listen: of thousands that wait none is added. */
const ask = async (deps: SweepDeps, ids: readonly string[]): Promise<number> => {
  const trainings = await readable(deps, ids);
  const waiting = trainings.filter((training) => obligations(training).some(isPlainWait));
  const inLine = await deps.queue.inLine(waiting.map(({ id }) => id));
  for (const training of trainings) await perform(deps, training, stillOwed(training, inLine));
  return trainings.length;
};

const stillOwed = (training: Training, inLine: ReadonlySet<string>): readonly Obligation[] =>
  obligations(training).filter((owed) => !(isPlainWait(owed) && inLine.has(training.id)));
