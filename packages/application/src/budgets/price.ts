import type { TrainingRequest } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { InvalidRequestError } from '../errors.ts';
import type { TrainCommand } from '../intake/command.ts';
import { PriceUnknownError } from './errors.ts';
import { forecast } from './estimate.ts';

const LARGEST_USD = 1_000_000;

/** Throws InvalidRequestError for an amount that is none. */
export const checkAmount = (path: string, amount: number | null | undefined): void => {
  if (amount === undefined || amount === null || (amount > 0 && amount <= LARGEST_USD)) return;
  throw new InvalidRequestError([
    { path, message: 'must be an amount of USD', value: amount, bound: `above 0, at most ${LARGEST_USD}` },
  ]);
};

/** Throws PriceUnknownError: nothing can be held to a budget without a price (SPEC §9). */
export const needPrice = ({ settings }: Pick<Deps, 'settings'>): void => {
  if (settings.estimate.usdPerSecond === undefined) throw new PriceUnknownError();
};

/**
 * The request with its budget and with what is expected of one attempt, frozen with the rest. Throws InvalidRequestError
 * and PriceUnknownError.
 */
export const withBudget = async (
  deps: Pick<Deps, 'budgets' | 'settings'>,
  command: TrainCommand,
  request: TrainingRequest,
): Promise<TrainingRequest> => {
  const { budgetUsd, batchBudgetUsd, onBudget } = command;
  checkAmount('budget_usd', budgetUsd ?? batchBudgetUsd);
  if (budgetUsd !== undefined || batchBudgetUsd !== undefined) needPrice(deps);
  const { durationSeconds, costUsd } = await forecast(deps, request.hyperparameters);
  return {
    ...request,
    expected: { durationSeconds, ...(costUsd !== undefined && { costUsd }) },
    ...(budgetUsd !== undefined && { budgetUsd }),
    ...(onBudget !== undefined && { onBudget }),
  };
};
