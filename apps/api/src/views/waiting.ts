import { type Deps, type DispatchStop, getDispatchStop } from '@trainyard/application';
import type { TrainingView } from '@trainyard/contracts';
import type { Training } from '@trainyard/domain';
import type { ApiDeps } from '../server/options.ts';
import { toTrainingView, type ViewDeps } from './training.ts';

/** The ports that the facts about queued trainings are read from. */
export type WaitingDeps = ViewDeps & Pick<Deps, 'store' | 'queue' | 'storeHealth' | 'budgets'>;

/**
 * Adds the cause that stops dispatch and the positions in the queue to the dependencies of the views: one read of each for
 * all given trainings, and none without a queued one. Throws StoreUnavailableError.
 */
export async function withWaiting<D extends WaitingDeps>(
  deps: D,
  trainings: readonly Training[],
): Promise<D & ViewDeps> {
  const queued = trainings.filter(({ status }) => status === 'queued').map(({ id }) => id);
  if (queued.length === 0) return deps;
  const [stop, positions] = await Promise.all([getDispatchStop(deps), deps.queue.findPositions(queued)]);
  return { ...deps, stop, positions };
}

/** Renders a training with the cause that keeps it waiting, if it is queued. Throws StoreUnavailableError. */
export async function toCurrentView(deps: WaitingDeps, training: Training): Promise<TrainingView> {
  return toTrainingView(await withWaiting(deps, [training]), training);
}

/**
 * Renders a training that was just accepted, with its position and the cause that keeps it waiting at present: a pause, a
 * closed gate or an exhausted budget.
 */
export async function toAcceptedView(deps: ApiDeps, training: Training): Promise<TrainingView> {
  const [stop, positions] = await Promise.all([
    findDispatchStop(deps, training),
    findPositions(deps, [training]),
  ]);
  return toTrainingView({ ...deps, stop, positions }, training);
}

/** The cause why the training does not start at present; undefined also if it cannot be read: the request is accepted. */
export async function findDispatchStop(
  deps: ApiDeps,
  training?: Pick<Training, 'request'>,
): Promise<DispatchStop | undefined> {
  try {
    return await getDispatchStop(deps, training?.request.expected?.costUsd);
  } catch (error) {
    deps.log.warn('dispatch_stop_unread', { error });
    return undefined;
  }
}

/** The positions of trainings in the queue; undefined if they cannot be read: the request is accepted. */
export async function findPositions(
  deps: ApiDeps,
  trainings: readonly Training[],
): Promise<ViewDeps['positions']> {
  try {
    return await deps.queue.findPositions(trainings.map(({ id }) => id));
  } catch (error) {
    deps.log.warn('queue_positions_unread', { error });
    return undefined;
  }
}
