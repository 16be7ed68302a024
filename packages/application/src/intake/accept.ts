import {
  acceptTraining,
  nextVersionName,
  obligations,
  type Queued,
  type Subject,
  type Training,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import {
  IdempotencyConflictError,
  StorageFullError,
  SubjectBusyError,
  TrainingNotFoundError,
  VersionNameTakenError,
} from '../errors.ts';
import { type PerformDeps, perform } from '../lifecycle/advance.ts';
import type { AcceptResult } from '../ports/training-store/index.ts';
import type { TrainCommand } from './command.ts';
import { type FreezeDeps, type FrozenRequest, freeze, listWorkflowChanges } from './freeze.ts';
import { reserveBudget, withBudget } from './reserve-budget.ts';
/** Ports that accepting a training needs. */
export type AcceptDeps = FreezeDeps & PerformDeps & Pick<Deps, 'store' | 'ids' | 'manifests' | 'budgets'>;

/**
 * A training as it was accepted, by this request or by an earlier request with the same Idempotency-Key.
 */
export interface AcceptedTraining {
  readonly training: Training;
  /** Whether an earlier request with the same Idempotency-Key created the training. */
  readonly replayed: boolean;
  /** Changes made to the caller's own workflow so that runs do not overwrite each other's files. */
  readonly changes: FrozenRequest['changes'];
}

type IdempotencyAnswer = Extract<AcceptResult, { kind: 'replayed' | 'conflict' }>;
type ReplayedAnswer = Extract<IdempotencyAnswer, { kind: 'replayed' }>;

/**
 * Accepts a training: freezes its inputs, and saves it together with the idempotency claim and the reserved
 * budget of its batch in a single atomic write, then enqueues it. An accepted training is never lost (I3). A
 * known Idempotency-Key is answered before any other check, so that its response does not change with the
 * catalogue. Throws the errors of `freeze`, VersionNameTakenError, SubjectBusyError,
 * IdempotencyConflictError, StorageFullError, PriceUnknownError and BudgetExceededError; in all these cases
 * no training was enqueued.
 */
export async function accept(deps: AcceptDeps, command: TrainCommand): Promise<AcceptedTraining> {
  const earlier = await findAccepted(deps, command);
  if (earlier) return earlier;
  if (await deps.store.isFull()) throw new StorageFullError();
  const { request, changes } = await freeze(deps, command);
  await assertNameAvailable(deps, command);
  const { training, answer } = await reserveBudget(deps, command, await withBudget(deps, command, request));
  if (answer.kind === 'subject_busy') throw new SubjectBusyError(command.subject, answer.trainingId);
  if (answer.kind !== 'accepted') return resolveClaim(deps, answer);
  await perform(deps, training, obligations(training));
  const { kind, id } = request.subject;
  deps.log.info('accepted', { training_id: training.id, kind, subject_id: id });
  return { training, replayed: false, changes };
}

async function replayTraining(
  deps: AcceptDeps,
  { trainingId, priority, hold }: ReplayedAnswer,
): Promise<Queued> {
  const training = await deps.store.load(trainingId);
  if (!training) throw new TrainingNotFoundError(trainingId);
  const facts = { at: training.acceptedAt, priority, ...(hold && { hold }) };
  return acceptTraining(training.id, training.request, facts);
}

async function resolveClaim(deps: AcceptDeps, answer: IdempotencyAnswer): Promise<AcceptedTraining> {
  if (answer.kind === 'conflict') throw new IdempotencyConflictError(answer.trainingId);
  const training = await replayTraining(deps, answer);
  return { training, replayed: true, changes: listWorkflowChanges(deps, training.request) };
}

/**
 * Finds the training that was accepted under this idempotency claim; undefined if it is new. Throws
 * IdempotencyConflictError for a claim with a different body.
 */
export async function findAccepted(
  deps: AcceptDeps,
  { claim }: Pick<TrainCommand, 'claim'>,
): Promise<AcceptedTraining | undefined> {
  const answer = claim && (await deps.store.findAccepted(claim));
  return answer && resolveClaim(deps, answer);
}

/**
 * Checks the name early, but only for requests that read the object store anyway: a request with its own
 * images is accepted while the store is unavailable.
 */
async function assertNameAvailable(deps: AcceptDeps, { subject, versionName, images }: TrainCommand) {
  if (versionName !== undefined && images === undefined) await resolveVersionName(deps, subject, versionName);
}

/**
 * Returns the version name that a new version would get now: the requested name, or the next free name. The
 * binding assignment is a compare-and-swap at dispatch; this check reports a taken name before the training
 * waits in the queue. Throws VersionNameTakenError.
 */
export async function resolveVersionName(
  { manifests }: Pick<Deps, 'manifests'>,
  subject: Subject,
  requestedName: string | undefined,
): Promise<string> {
  const taken = await manifests.listTakenNames(subject);
  if (requestedName === undefined) return nextVersionName(taken);
  if (taken.includes(requestedName)) throw new VersionNameTakenError(subject, requestedName);
  return requestedName;
}
