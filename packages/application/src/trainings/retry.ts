import { isTerminal, type TrainingRequest } from '@trainyard/domain';
import { InputsPrunedError, WrongStateError } from '../errors.ts';
import { type AcceptDeps, type AcceptedTraining, accept, findAccepted } from '../intake/accept.ts';
import type { TrainCommand } from '../intake/command.ts';
import { findTraining } from './find.ts';

/**
 * Creates a new training from the frozen inputs of an ended training. `changes` replaces single inputs; a new policy
 * selects all hyperparameters again. A repeated request with the same idempotency key returns the first retry.
 * Throws TrainingNotFoundError, InputsPrunedError after the retention, WrongStateError for an unfinished training, and
 * the errors of `accept`.
 */
export async function retryTraining(
  deps: AcceptDeps,
  id: string,
  changes: Partial<TrainCommand> = {},
): Promise<AcceptedTraining> {
  const training = await findTraining(deps, id);
  const { id: retryOf, request, status } = training;
  // The claim is read after the training: an alias that already names the retry implies that its claim is saved too.
  const earlier = await findAccepted(deps, changes);
  if (earlier) return earlier;
  const { hyperparameters: _, ...others } = changes;
  if (request.pruned) throw new InputsPrunedError(retryOf);
  if (!isTerminal(training)) throw new WrongStateError(id, status, 'only an ended training can be retried');
  return accept(deps, {
    subject: request.subject,
    images: request.imageUris,
    trigger: request.trigger,
    policy: request.policy,
    ...pickFrozenValues(request, changes),
    samplePrompts: request.samplePrompts,
    ...(changes.samplePrompts === undefined && { validation: request.validation }),
    userId: request.userId,
    tenantId: request.tenantId,
    maxAttempts: request.maxAttempts,
    ...pickCallerFields(withoutFormerPayload(request, others)),
    ...others,
    retryOf,
    source: 'retry',
  });
}

/** Pairs of a base and a derived hyperparameter. A change of the base derives the second again, unless it is given. */
const DERIVED_VALUES = [
  ['max_train_steps', 'lr_warmup_steps'],
  ['network_dim', 'network_alpha'],
] as const;

/** Keeps the frozen hyperparameters except the changed ones and those derived from them. A new policy selects all of them again. */
function pickFrozenValues(
  { workflow, hyperparameters }: TrainingRequest,
  changes: Partial<TrainCommand>,
): Pick<TrainCommand, 'hyperparameters'> {
  const values = workflow || changes.policy !== undefined ? {} : hyperparameters;
  const changed = changes.hyperparameters ?? {};
  const all: Record<string, unknown> = { ...values, ...changed };
  for (const [base, derived] of DERIVED_VALUES)
    if (base in changed && !(derived in changed)) delete all[derived];
  return Object.keys(all).length === 0 ? {} : { hyperparameters: all };
}

const CALLER_FIELDS = [
  'selectionSetId',
  'modelName',
  'description',
  'workflow',
  'nodeClasses',
  'workflowOverrides',
  'containerConfig',
  'requestId',
  'notifyUrl',
  'notifyPayload',
  'metadata',
  'budgetUsd',
  'onBudget',
] as const satisfies readonly (keyof TrainingRequest & keyof TrainCommand)[];

/** The optional fields that the caller of the first training set. Its version name belongs to that training alone. */
function pickCallerFields(request: TrainingRequest): Partial<TrainCommand> {
  const fields = CALLER_FIELDS.map((field) => [field, request[field]] as const);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

/** A new notification address gets Trainyard's payload; the payload of the first training belongs to its address. */
function withoutFormerPayload(
  { notifyPayload, ...request }: TrainingRequest,
  { notifyUrl }: Partial<TrainCommand>,
): TrainingRequest {
  return {
    ...request,
    ...(notifyUrl === undefined && notifyPayload !== undefined && { notifyPayload }),
  };
}
