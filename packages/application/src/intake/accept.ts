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
export type AcceptDeps = FreezeDeps & PerformDeps & Pick<Deps, 'store' | 'ids' | 'manifests' | 'budgets'>;

/** A training as it was accepted, now or when its Idempotency-Key came first. */
export interface AcceptedTraining {
  readonly training: Training;
  readonly replayed: boolean;
  readonly changes: FrozenRequest['changes'];
}

type IdempotencyAnswer = Extract<AcceptResult, { kind: 'replayed' | 'conflict' }>;
type ReplayedAnswer = Extract<IdempotencyAnswer, { kind: 'replayed' }>;

/**
 * Accepts a training: freezes its inputs, saves it with the idempotency claim and what it needs of its batch's purse in
 * one write, and lets it wait its turn. What is returned as accepted is never lost (I3). A key that came before is
 * answered before anything is looked at, so that its answer does not change with the catalogue. Throws what freeze
 * throws, VersionNameTakenError, SubjectBusyError, IdempotencyConflictError, PriceUnknownError and
 * BudgetExceededError; then nothing was enqueued.
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

/** What was accepted under this claim before, if anything. Throws IdempotencyConflictError. */
export async function findAccepted(
  deps: AcceptDeps,
  { claim }: Pick<TrainCommand, 'claim'>,
): Promise<AcceptedTraining | undefined> {
  const answer = claim && (await deps.store.findAccepted(claim));
  return answer && resolveClaim(deps, answer);
}

/** Only where the store is read anyway: images that were brought along are accepted without a call to it (SPEC §2). */
async function assertNameAvailable(deps: AcceptDeps, { subject, versionName, images }: TrainCommand) {
  if (versionName !== undefined && images === undefined) await resolveVersionName(deps, subject, versionName);
}

/**
 * The name that a version would get now: the one asked for, or the next free one. The word that counts is given at
 * dispatch, by compare-and-swap; what is refused here would be refused there, after a wait. Throws
 * VersionNameTakenError.
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
