import type { Clock, DispatchOutcome } from '@trainyard/application';

const FIRST_DELAY_MS = 5_000;
const MAX_DELAY_MS = 60_000;

/** What a dispatcher does while a store is away that every training needs. */
export interface StoreBackoff {
  /** Whether another training may be taken: while the store is away one at a time, and longer apart each time. */
  canClaim(underWay: number): boolean;
  /** Learns from what became of one. */
  recordOutcome(dispatched: DispatchOutcome): void;
}

const PREPARED_OUTCOMES: ReadonlySet<DispatchOutcome['kind']> = new Set(['submitted', 'taken_back', 'ended']);

/** Keeps a dispatcher from walking through the whole line while nothing in it can be prepared. */
export const createStoreBackoff = (clock: Pick<Clock, 'monotonic'>): StoreBackoff => {
  let faults = 0;
  let until = 0;
  const tire = (): void => {
    // Several that were under way together met the same fault.
    if (faults > 0 && clock.monotonic() < until) return;
    until = clock.monotonic() + Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(faults, 10));
    faults += 1;
  };
  return {
    canClaim: (underWay) => faults === 0 || (underWay === 0 && clock.monotonic() >= until),
    recordOutcome: (dispatched) => {
      if (dispatched.kind === 'waiting' && dispatched.storeUnavailable) tire();
      // Whoever came as far as the provider, or as far as wanting a slot, was prepared.
      if (PREPARED_OUTCOMES.has(dispatched.kind)) faults = 0;
    },
  };
};
