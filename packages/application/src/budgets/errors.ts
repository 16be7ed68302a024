/** A shortage in words; they begin with «budget», by which a person finds them. */
export function formatShortage({ of, needUsd, leftUsd }: Shortage): string {
  return of === 'training'
    ? `budget: it is expected to need ${formatUsd(needUsd)}, and ${formatUsd(leftUsd)} of its budget is left`
    : `budget: it is expected to need ${formatUsd(needUsd)}, and ${formatUsd(leftUsd)} of its batch's budget is left`;
}

function formatUsd(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

/** What a training needs, and what there is for it. USD. */
export interface Shortage {
  readonly of: 'training' | 'batch';
  readonly needUsd: number;
  readonly leftUsd: number;
}

/** Thrown when a budget has no room for what is asked. Nothing was enqueued or changed. */
export class BudgetExceededError extends Error {
  readonly code = 'budget_exceeded';
  readonly retryable = false;
  readonly shortage: Shortage;
  constructor(shortage: Shortage) {
    super(formatShortage(shortage));
    this.name = 'BudgetExceededError';
    this.shortage = shortage;
  }
}

/** Thrown when a budget is named while the price of the GPU is not known. */
export class PriceUnknownError extends Error {
  readonly code = 'price_unknown';
  readonly retryable = false;
  constructor() {
    super('A budget needs a price: set GPU_TYPE, and GPU_PRICES for a GPU that the list does not know');
    this.name = 'PriceUnknownError';
  }
}
