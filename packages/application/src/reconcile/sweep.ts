import { obligations } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { type PerformDeps, perform } from '../heart/perform.ts';

type SweepDeps = PerformDeps & Pick<Deps, 'store'>;

/**
 * Asks of every training that is owed something whether it still is, and meets it again: the safety under all
 * that is done at the edges (DESIGN §3). It never submits.
 * @returns how many trainings were asked
 */
export const sweep = async (deps: SweepDeps): Promise<number> => {
  let asked = 0;
  for await (const id of deps.store.owed()) {
    const training = await deps.store.load(id);
    if (!training) continue;
    await perform(deps, training, obligations(training));
    asked += 1;
  }
  return asked;
};
