import type { Deps } from '../deps.ts';
import { InvalidRequestError } from '../errors.ts';
import { PriceUnknownError } from './errors.ts';

const MAX_BUDGET_USD = 1_000_000;

/** Throws PriceUnknownError if the GPU has no price: without a price a budget cannot be enforced. */
export function assertPriceKnown({ settings }: Pick<Deps, 'settings'>): void {
  if (settings.estimate.usdPerSecond === undefined) throw new PriceUnknownError();
}

/**
 * Throws InvalidRequestError for an amount that is not above 0 and at most 1 000 000 USD. undefined and null
 * pass. @param path field name for the error
 */
export function assertValidAmount(path: string, amount: number | null | undefined): void {
  if (amount === undefined || amount === null || (amount > 0 && amount <= MAX_BUDGET_USD)) return;
  throw new InvalidRequestError([
    { path, message: 'must be an amount in USD', value: amount, bound: `above 0, at most ${MAX_BUDGET_USD}` },
  ]);
}
