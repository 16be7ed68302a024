import type { Training, TrainingRequest } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { assertCurrentEpoch } from '../durability/epoch/epoch.ts';
import { InputsPrunedError, InvalidRequestError, TrainingNotFoundError, WrongStateError } from '../errors.ts';
import { type AcceptDeps, type AcceptedTraining, accept, findAccepted } from '../intake/accept.ts';
import { MAX_PRIORITY, type TrainCommand } from '../intake/command.ts';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';

/** Finds a training by its id or one of its other names (job_id, request_id, runpod_job_id). Throws TrainingNotFoundError. */
export async function findTraining(deps: Pick<Deps, 'store'>, name: string): Promise<Training> {
  const direct = await deps.store.load(name);
  if (direct) return direct;
  const id = await deps.store.findByAlias(name);
  const training = id === undefined ? undefined : await deps.store.load(id);
  if (!training) throw new TrainingNotFoundError(name);
  return training;
}

type CancelDeps = AdvanceDeps & Pick<Deps, 'objects' | 'ids'>;

/**
 * Asks for a cancel. Nothing that may run is called cancelled before the provider confirms it (I7), and an old copy of
 * the record does not know what may run. Throws TrainingNotFoundError, RecoverRequiredError.
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

/** Changes the order of one that waits. Throws WrongStateError once it no longer does. */
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
    throw new WrongStateError(id, training.status, 'only one that waits has a priority');
  await deps.queue.reprioritize(id, priority);
  return training;
}

/** What the caller had named, and nobody else decides. The version's name belongs to the first training. */
function pickCallerFields({
  selectionSetId,
  modelName,
  description,
  workflow,
  workflowOverrides,
  requestId,
  notifyUrl,
  notifyPayload,
  metadata,
  budgetUsd,
  onBudget,
}: TrainingRequest): Partial<TrainCommand> {
  return Object.fromEntries(
    Object.entries({
      selectionSetId,
      modelName,
      description,
      workflow,
      workflowOverrides,
      requestId,
      notifyUrl,
      notifyPayload: notifyPayload,
      metadata,
      budgetUsd,
      onBudget,
    }).filter(([, value]) => value !== undefined),
  );
}

/** An address that is given now is told in our own words, whatever the former one asked for. */
function withoutFormerPayload(
  { notifyPayload, ...request }: TrainingRequest,
  { notifyUrl }: Partial<TrainCommand>,
): TrainingRequest {
  return {
    ...request,
    ...(notifyUrl === undefined && notifyPayload !== undefined && { notifyPayload }),
  };
}

/** What a policy derives from another value, by that value: it follows a change unless it is itself given. */
const DERIVED_VALUES = [
  ['max_train_steps', 'lr_warmup_steps'],
  ['network_dim', 'network_alpha'],
] as const;

/** The values stay frozen but for those that are changed and what follows them; another policy picks all anew. */
function pickFrozenValues(
  { workflow, hyperparameters }: TrainingRequest,
  changes: Partial<TrainCommand>,
): Pick<TrainCommand, 'hyperparameters'> {
  const values = workflow || changes.policy !== undefined ? {} : hyperparameters;
  const changed = changes.hyperparameters ?? {};
  const all: Record<string, unknown> = { ...values, ...changed };
  for (const [base, follower] of DERIVED_VALUES)
    if (base in changed && !(follower in changed)) delete all[follower];
  return Object.keys(all).length === 0 ? {} : { hyperparameters: all };
}

/** Trains the same frozen inputs anew, as a training of its own, unless the changes say otherwise (SPEC §2). */
export async function retryTraining(
  deps: AcceptDeps,
  id: string,
  changes: Partial<TrainCommand> = {},
): Promise<AcceptedTraining> {
  const { id: retryOf, request, status } = await findTraining(deps, id);
  // After the reading: one who finds the retry under the old name finds its claim too.
  const earlier = await findAccepted(deps, changes);
  if (earlier) return earlier;
  const { hyperparameters: _, ...others } = changes;
  if (request.pruned) throw new InputsPrunedError(retryOf);
  if (!['completed', 'failed', 'timed_out', 'cancelled'].includes(status))
    throw new WrongStateError(id, status, 'only one that has ended can be retried');
  return accept(deps, {
    subject: request.subject,
    images: request.imageUris,
    trigger: request.trigger,
    policy: request.policy,
    ...pickFrozenValues(request, changes),
    samplePrompts: request.samplePrompts,
    validation: request.validation,
    userId: request.userId,
    tenantId: request.tenantId,
    maxAttempts: request.maxAttempts,
    ...pickCallerFields(withoutFormerPayload(request, others)),
    ...others,
    retryOf,
    source: 'retry',
  });
}
