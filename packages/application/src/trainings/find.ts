import type { Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { TrainingNotFoundError, UnreadableTrainingError } from '../errors.ts';

/**
 * Finds a training by its id or by an alias: `job_id`, `request_id` or `runpod_job_id`.
 * Throws TrainingNotFoundError when neither matches.
 */
export async function findTraining(deps: Pick<Deps, 'store'>, idOrAlias: string): Promise<Training> {
  const direct = await deps.store.load(idOrAlias);
  if (direct) return direct;
  const id = await deps.store.findByAlias(idOrAlias);
  const training = id === undefined ? undefined : await deps.store.load(id);
  if (!training) throw new TrainingNotFoundError(idOrAlias);
  return training;
}

/**
 * Loads many trainings. A training written by a different version is logged and left out, so that it does not stop the
 * others. Throws StoreUnavailableError.
 */
export async function loadReadableTrainings(
  deps: Pick<Deps, 'store' | 'log'>,
  ids: readonly string[],
): Promise<readonly Training[]> {
  try {
    return await deps.store.loadAll(ids);
  } catch (error) {
    if (!(error instanceof UnreadableTrainingError)) throw error;
    const { trainingId } = error;
    deps.log.error('training_unreadable', { training_id: trainingId, error });
    return loadReadableTrainings(
      deps,
      ids.filter((id) => id !== trainingId),
    );
  }
}
