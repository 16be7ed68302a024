import type { Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { assertCurrentEpoch } from '../durability/epoch.ts';
import { InvalidRequestError, WrongStateError } from '../errors.ts';
import { MAX_PRIORITY } from '../intake/command.ts';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';

type CancelDeps = AdvanceDeps & Pick<Deps, 'objects' | 'ids'>;

/**
 * Requests the cancellation of a training. A queued training is cancelled at once. A training with an attempt is
 * `cancelled` only after RunPod confirmed the end of its run (I7). A Redis restored from an old backup is refused,
 * since it does not list every live run.
 * Throws TrainingNotFoundError, RecoverRequiredError.
 */
export async function cancelTraining(deps: CancelDeps, id: string, by: string): Promise<Training> {
  await assertCurrentEpoch(deps);
  const training = await advance(deps, id, {
    type: 'cancel_requested',
    at: deps.clock.now(),
    cause: 'api',
    by,
  });
  if (training.status === 'cancelled' && !('attempt' in training && training.attempt))
    await deps.queue.remove(id);
  return training;
}

/**
 * Changes the priority of a queued training; a lower number is dispatched earlier.
 * Throws InvalidRequestError for a priority outside 1 … MAX_PRIORITY, WrongStateError when the training is not queued,
 * TrainingNotFoundError.
 */
export async function reprioritizeTraining(
  deps: AdvanceDeps,
  id: string,
  priority: number,
): Promise<Training> {
  if (!Number.isInteger(priority) || priority < 1 || priority > MAX_PRIORITY)
    throw new InvalidRequestError([
      { path: 'priority', message: 'must be a whole number', value: priority, bound: `1 … ${MAX_PRIORITY}` },
    ]);
  const training = await advance(deps, id, {
    type: 'priority_changed',
    at: deps.clock.now(),
    cause: 'api',
    priority,
  });
  if (training.status !== 'queued')
    throw new WrongStateError(id, training.status, 'only a queued training has a priority');
  await deps.queue.reprioritize(id, priority);
  return training;
}
