import type { TrainingRequest } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { InvalidRequestError } from '../errors.ts';
import type { TrainCommand } from '../intake/command.ts';
import { PriceUnknownError } from './errors.ts';
import { estimateTraining } from './estimate.ts';

const MAX_BUDGET_USD = 1_000_000;

/** Throws PriceUnknownError: nothing can be held to a budget without a price (SPEC §9). */
export function assertPriceKnown({ settings }: Pick<Deps, 'settings'>): void {
  if (settings.estimate.usdPerSecond === undefined) throw new PriceUnknownError();
}

/** Throws InvalidRequestError for an amount that is none. */
export function assertValidAmount(path: string, amount: number | null | undefined): void {
  if (amount === undefined || amount === null || (amount > 0 && amount <= MAX_BUDGET_USD)) return;
  throw new InvalidRequestError([
    { path, message: 'must be an amount of USD', value: amount, bound: `above 0, at most ${MAX_BUDGET_USD}` },
  ]);
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
