import type { Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { InvalidRequestError, TrainingNotFoundError, WrongStateError } from '../errors.ts';
import { type AdvanceDeps, advance } from '../heart/advance.ts';
import { type AcceptDeps, type Accepted, accept } from '../intake/accept.ts';
import { MAX_PRIORITY, type TrainCommand } from '../intake/command.ts';

/** Finds a training by its id or one of its other names (job_id, request_id, runpod_job_id). Throws TrainingNotFoundError. */
export const findTraining = async (deps: Pick<Deps, 'store'>, name: string): Promise<Training> => {
  const direct = await deps.store.load(name);
  if (direct) return direct;
  const id = await deps.store.findByAlias(name);
  const training = id === undefined ? undefined : await deps.store.load(id);
  if (!training) throw new TrainingNotFoundError(name);
  return training;
};

/** Asks for a cancel. Nothing that may run is called cancelled before the provider confirms it (I7). */
export const cancel = async (deps: AdvanceDeps, id: string, by: string): Promise<Training> => {
  const training = await advance(deps, id, {
    type: 'cancel_requested',
    at: deps.clock.now(),
    cause: 'api',
    by,
  });
  if (training.status === 'cancelled' && !('attempt' in training && training.attempt))
    await deps.queue.withdraw(id);
  return training;
};

/** Changes the order of one that waits. Throws WrongStateError once it no longer does. */
export const reprioritise = async (deps: AdvanceDeps, id: string, priority: number): Promise<Training> => {
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
    throw new WrongStateError(id, training.status, 'only one that waits has a priority');
  await deps.queue.reprioritise(id, priority);
  return training;
};

/** Trains the same frozen inputs anew, as a training of its own, unless the changes say otherwise (SPEC §2). */
export const retry = async (
  deps: AcceptDeps,
  id: string,
  changes: Partial<TrainCommand> = {},
): Promise<Accepted> => {
  const { request, status } = await findTraining(deps, id);
  if (!['completed', 'failed', 'timed_out', 'cancelled'].includes(status))
    throw new WrongStateError(id, status, 'only one that has ended can be retried');
  return accept(deps, {
    subject: request.subject,
    images: request.imageUris,
    ...(request.selectionSetId !== undefined && { selectionSetId: request.selectionSetId }),
    ...(request.description !== undefined && { description: request.description }),
    trigger: request.trigger,
    policy: request.policy,
    hyperparameters: request.workflow ? undefined : { ...request.hyperparameters },
    ...(request.workflow && { workflow: request.workflow }),
    ...(request.workflowOverrides && { workflowOverrides: request.workflowOverrides }),
    samplePrompts: request.samplePrompts,
    validation: request.validation,
    userId: request.userId,
    tenantId: request.tenantId,
    ...(request.notifyUrl !== undefined && { notifyUrl: request.notifyUrl }),
    ...changes,
    retryOf: id,
    source: 'retry',
  } as TrainCommand);
};
