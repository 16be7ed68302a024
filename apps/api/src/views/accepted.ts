import { type DispatchStop, getDispatchStop } from '@trainyard/application';
import type { TrainingView } from '@trainyard/contracts';
import type { Training } from '@trainyard/domain';
import type { ApiDeps } from '../server/options.ts';
import { toTrainingView } from './training.ts';

/**
 * Renders a training that was just accepted, with the cause that keeps it waiting at present: a pause, a closed gate or an
 * exhausted budget.
 */
export async function toAcceptedView(deps: ApiDeps, training: Training): Promise<TrainingView> {
  return toTrainingView({ ...deps, stop: await findDispatchStop(deps, training) }, training);
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
