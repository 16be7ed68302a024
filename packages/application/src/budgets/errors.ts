import { formatUsd } from '@trainyard/domain';
import { defineError } from '../define-error.ts';

/** The estimated cost of a training's next attempt, and the amount left in the budget that rejects it. USD. */
export interface Shortage {
  /** The budget that is too small: of the training itself, shared by its batch, or of the day or month. */
  readonly of: 'training' | 'batch' | 'day' | 'month';
  readonly needUsd: number;
  readonly leftUsd: number;
}

/** Describes a shortage for an operator. The text starts with `budget:`, so that logs and lists can be searched for it. */
export function formatShortage({ of, needUsd, leftUsd }: Shortage): string {
  return `budget: the estimated cost is ${formatUsd(needUsd)}, and the budget of the ${of} has ${formatUsd(leftUsd)} left`;
}

/** Thrown when a budget is too small for the request; `shortage` has the amounts. No training was enqueued or changed. */
export class BudgetExceededError extends defineError('budget_exceeded', (shortage: Shortage) => ({
  message: formatShortage(shortage),
  shortage,
})) {}

/** Thrown when a request names a budget while the price of the GPU is unknown: a cost cannot be estimated. */
export class PriceUnknownError extends defineError(
  'price_unknown',
  () =>
    'A budget needs a GPU price. Set GPU_TYPE, and also GPU_PRICES if the price list does not contain that GPU',
) {}
