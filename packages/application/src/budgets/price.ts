import type { Deps } from '../deps.ts';
import { InvalidRequestError } from '../errors.ts';
import { PriceUnknownError } from './errors.ts';

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
