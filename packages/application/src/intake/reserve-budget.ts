import { acceptTraining, type BudgetHold, type Queued, type TrainingRequest } from '@trainyard/domain';
import { BudgetExceededError, formatShortage, type Shortage } from '../budgets/errors.ts';
import { estimateTraining } from '../budgets/estimate.ts';
import { assertPriceKnown, assertValidAmount } from '../budgets/price.ts';
import type { Deps } from '../deps.ts';
import type { AcceptResult } from '../ports/training-store/index.ts';
import type { TrainCommand } from './command.ts';

/**
 * Saves a new training and reserves its estimated cost in the budgets of the training and its batch. If a
 * budget is too small, the training is saved as held when the request allows that; a held training reserves
 * no amount. Throws BudgetExceededError otherwise.
 */
export async function reserveBudget(
  deps: Pick<Deps, 'store' | 'ids' | 'clock' | 'settings'>,
  command: TrainCommand,
  request: TrainingRequest,
): Promise<ReserveResult> {
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
  const { durationSeconds, costUsd } = await estimateTraining(deps, request.hyperparameters);
  return {
    ...request,
    expected: { durationSeconds, ...(costUsd !== undefined && { costUsd }) },
    ...(budgetUsd !== undefined && { budgetUsd }),
    ...(onBudget !== undefined && { onBudget }),
  };
}

/** Compares the estimated cost of an attempt with the training's own budget. */
function findOwnShortage({ budgetUsd, expected }: TrainingRequest): Shortage | undefined {
  const needUsd = expected?.costUsd;
  if (budgetUsd === undefined || needUsd === undefined || needUsd <= budgetUsd) return undefined;
  return { of: 'training', needUsd, leftUsd: budgetUsd };
}

/**
 * Creates the hold of a training that needs an operator, or throws BudgetExceededError if the request rejects
 * that.
 */
function createHold({ onBudget }: TrainingRequest, shortage: Shortage, since: number): BudgetHold {
  if (onBudget !== 'hold') throw new BudgetExceededError(shortage);
  return { of: shortage.of, reason: formatShortage(shortage), since };
}

/** The saved training, or the state store's reason for rejecting it. */
interface ReserveResult {
  readonly training: Queued;
  readonly answer: Exclude<AcceptResult, { kind: 'over_budget' }>;
}
