import { acceptTraining, type BudgetHold, type Queued, type TrainingRequest } from '@trainyard/domain';
import { BudgetExceededError, formatShortage, type Shortage } from '../budgets/errors.ts';
import { estimateTraining } from '../budgets/estimate.ts';
import { assertPriceKnown, assertValidAmount } from '../budgets/price.ts';
import type { Deps } from '../deps.ts';
import type { AcceptResult } from '../ports/training-store/index.ts';
import type { TrainCommand } from './command.ts';

/**
 * Saves a new training with what it needs set aside; where its own budget or its batch's purse lacks that, held if it
 * may be: what is held sets nothing aside. Throws BudgetExceededError.
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
 * The request with its budget and with what is expected of one attempt, frozen with the rest. Throws InvalidRequestError
 * and PriceUnknownError.
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

/** What its own budget lacks for one attempt. */
function findOwnShortage({ budgetUsd, expected }: TrainingRequest): Shortage | undefined {
  const needUsd = expected?.costUsd;
  if (budgetUsd === undefined || needUsd === undefined || needUsd <= budgetUsd) return undefined;
  return { of: 'training', needUsd, leftUsd: budgetUsd };
}

/** Waits for a person, or is refused, as the request says. Throws BudgetExceededError. */
function createHold({ onBudget }: TrainingRequest, shortage: Shortage, since: number): BudgetHold {
  if (onBudget !== 'hold') throw new BudgetExceededError(shortage);
  return { of: shortage.of, reason: formatShortage(shortage), since };
}

/** A training as it was saved, or what spoke against it. */
interface ReserveResult {
  readonly training: Queued;
  readonly answer: Exclude<AcceptResult, { kind: 'over_budget' }>;
}
