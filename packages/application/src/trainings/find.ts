import type { Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { TrainingNotFoundError } from '../errors.ts';

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
