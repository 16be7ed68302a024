import {
  acceptTraining,
  type BudgetHold,
  getRemainingUsd,
  nextVersionName,
  obligations,
  type Queued,
  type Subject,
  type Training,
  type TrainingRequest,
} from '@trainyard/domain';
import { assertPriceKnown, assertValidAmount } from '../budgets/budgets.ts';
import { BudgetExceededError, formatShortage, type Shortage } from '../budgets/errors.ts';
import { estimateTraining } from '../budgets/estimate.ts';
import { assertNoKnownErrors } from '../dataset/known-errors.ts';
import type { Deps } from '../deps.ts';
import {
  IdempotencyConflictError,
  StorageFullError,
  StoreUnavailableError,
  SubjectBusyError,
  VersionNameTakenError,
} from '../errors.ts';
import { type PerformDeps, perform } from '../lifecycle/advance.ts';
import type { AcceptResult } from '../ports/training-store/index.ts';
import { normalizeCommand, type TrainCommand } from './command.ts';
import { type FreezeDeps, type FrozenRequest, freeze } from './freeze.ts';
import { listWorkflowChanges } from './workflow-changes.ts';
/** Ports that accepting a training needs. */
export type AcceptDeps = FreezeDeps &
  PerformDeps &
  Pick<Deps, 'store' | 'ids' | 'manifests' | 'budgets' | 'datasetReports'>;

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
 * catalogue. Throws the errors of `freeze`, DatasetRefusedError, VersionNameTakenError, SubjectBusyError,
 * IdempotencyConflictError, StorageFullError, PriceUnknownError and BudgetExceededError; in all these cases
 * no training was enqueued. Throws StoreUnavailableError when Redis was replaced while it was read.
 */
export async function accept(deps: AcceptDeps, given: TrainCommand): Promise<AcceptedTraining> {
  const command = normalizeCommand(given);
  const earlier = await findAccepted(deps, command);
  if (earlier) return earlier;
  if (await deps.store.isFull()) throw new StorageFullError();
  const { request, images } = await freeze(deps, command);
  await assertNoKnownErrors(deps, { subject: request.subject, trigger: request.trigger, images });
  await assertNameAvailable(deps, command);
  const { training, answer } = await reserveBudget(deps, command, await withBudget(deps, command, request));
  if (answer.kind === 'subject_busy') throw new SubjectBusyError(command.subject, answer.trainingId);
  if (answer.kind !== 'accepted') return resolveClaim(deps, answer);
  await perform(deps, training, obligations(training));
  const { kind, id } = request.subject;
  deps.log.info('accepted', { training_id: training.id, kind, subject_id: id });
  return { training, replayed: false, changes: listWorkflowChanges(deps, training) };
}

async function replayTraining(
  deps: AcceptDeps,
  { trainingId, priority, hold }: ReplayedAnswer,
): Promise<Queued> {
  const training = await deps.store.load(trainingId);
  // The claim and its training are written together: Redis was restored between the two reads, and the caller may repeat.
  if (!training)
    throw new StoreUnavailableError(
      undefined,
      `it lost training ${trainingId} while this request was answered`,
    );
  const facts = { at: training.acceptedAt, priority, ...(hold && { hold }) };
  return acceptTraining(training.id, training.request, facts);
}

async function resolveClaim(deps: AcceptDeps, answer: IdempotencyAnswer): Promise<AcceptedTraining> {
  if (answer.kind === 'conflict') throw new IdempotencyConflictError(answer.trainingId);
  const training = await replayTraining(deps, answer);
  return { training, replayed: true, changes: listWorkflowChanges(deps, training) };
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

/**
 * Saves a new training and reserves its estimated cost in the budgets of the training and its batch. If a
 * budget is too small, the training is saved as held when the request allows that; a held training reserves
 * no amount. Throws BudgetExceededError otherwise.
 */
async function reserveBudget(
  deps: Pick<Deps, 'store' | 'ids' | 'clock' | 'settings' | 'budgets'>,
  command: TrainCommand,
  request: TrainingRequest,
): Promise<ReserveResult> {
  await assertPeriodsCanPay(deps, request);
  const at = deps.clock.now();
  const { manual, autoTrain } = deps.settings.priority;
  const priority = command.priority ?? (command.source === 'auto_train' ? autoTrain : manual);
  const id = deps.ids.training();
  const ownShortage = findOwnShortage(request);
  for (let hold = ownShortage && createHold(request, ownShortage, at); ; ) {
    const training = acceptTraining(id, request, { at, priority, ...(hold && { hold }) });
    const answer = await deps.store.accept(training, {
      exclusive: !command.force,
      ...(command.claim && { claim: command.claim }),
      ...(command.batchBudgetUsd !== undefined && { batchBudgetUsd: command.batchBudgetUsd }),
    });
    if (answer.kind !== 'over_budget') return { training, answer };
    hold = createHold(
      request,
      { of: 'batch', needUsd: training.reservedUsd ?? 0, leftUsd: answer.leftUsd },
      at,
    );
  }
}

/**
 * Adds the budget and the estimate of an attempt to the request, so that both are frozen with it. Throws
 * InvalidRequestError and PriceUnknownError.
 */
export async function withBudget(
  deps: Pick<Deps, 'budgets' | 'settings'>,
  command: TrainCommand,
  request: TrainingRequest,
): Promise<TrainingRequest> {
  const { budgetUsd, batchBudgetUsd, onBudget } = command;
  assertValidAmount('budget_usd', budgetUsd ?? batchBudgetUsd);
  if (budgetUsd !== undefined || batchBudgetUsd !== undefined) assertPriceKnown(deps);
  const { durationSeconds, costUsd } = await estimateTraining(deps, request);
  return {
    ...request,
    expected: { durationSeconds, ...(costUsd !== undefined && { costUsd }) },
    ...(budgetUsd !== undefined && { budgetUsd }),
    ...(onBudget !== undefined && { onBudget }),
  };
}

/** A shortage that can hold a training; the budgets of day and month stop dispatch instead. */
type HoldingShortage = Shortage & { readonly of: BudgetHold['of'] };

/**
 * A request that rejects shortages is also compared with the budgets of day and month, since dispatch would let it wait
 * for the next period. Throws BudgetExceededError.
 */
async function assertPeriodsCanPay(
  { budgets, clock }: Pick<Deps, 'budgets' | 'clock'>,
  { onBudget, expected }: TrainingRequest,
): Promise<void> {
  const needUsd = expected?.costUsd;
  if (onBudget !== 'reject' || needUsd === undefined) return;
  const accounts = await budgets.getAccounts(clock.now());
  for (const period of ['day', 'month'] as const) {
    const leftUsd = getRemainingUsd(accounts[period], accounts.committedUsd);
    if (leftUsd !== undefined && leftUsd < needUsd)
      throw new BudgetExceededError({ of: period, needUsd, leftUsd });
  }
}

/** Compares the estimated cost of an attempt with the training's own budget. */
function findOwnShortage({ budgetUsd, expected }: TrainingRequest): HoldingShortage | undefined {
  const needUsd = expected?.costUsd;
  if (budgetUsd === undefined || needUsd === undefined || needUsd <= budgetUsd) return undefined;
  return { of: 'training', needUsd, leftUsd: budgetUsd };
}

/**
 * Creates the hold of a training that needs an operator, or throws BudgetExceededError if the request rejects that. By
 * default a training waits for its own budget, while auto-train skips an actor that the batch budget cannot pay for.
 */
function createHold(request: TrainingRequest, shortage: HoldingShortage, since: number): BudgetHold {
  const onBudget = request.onBudget ?? (shortage.of === 'training' ? 'hold' : 'reject');
  if (onBudget === 'reject') throw new BudgetExceededError(shortage);
  return { of: shortage.of, reason: formatShortage(shortage), since };
}

/** The saved training, or the state store's reason for rejecting it. */
interface ReserveResult {
  readonly training: Queued;
  readonly answer: Exclude<AcceptResult, { kind: 'over_budget' }>;
}
