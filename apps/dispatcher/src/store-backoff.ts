import type { Clock, DispatchOutcome } from '@trainyard/application';

const FIRST_DELAY_MS = 5_000;
const MAX_DELAY_MS = 60_000;

/** What a dispatcher does while a store is away that every training needs. */
export interface StoreBackoff {
  /** Whether another training may be taken: while the store is away one at a time, and longer apart each time. */
  canClaim(inFlight: number): boolean;
  /** Learns from what became of one. */
  recordOutcome(outcome: DispatchOutcome): void;
}

const PREPARED_OUTCOMES: ReadonlySet<DispatchOutcome['kind']> = new Set([
  'submitted',
  'not_submitted',
  'failed',
]);

/** Keeps a dispatcher from walking through the whole line while nothing in it can be prepared. */
export function createStoreBackoff(clock: Pick<Clock, 'monotonic'>): StoreBackoff {
  let failures = 0;
  let until = 0;
  const backOff = (): void => {
    // Several that were under way together met the same fault.
    if (failures > 0 && clock.monotonic() < until) return;
    until = clock.monotonic() + Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures, 10));
    failures += 1;
  };
  return {
    canClaim: (inFlight) => failures === 0 || (inFlight === 0 && clock.monotonic() >= until),
    recordOutcome: (outcome) => {
      if (outcome.kind === 'snoozed' && outcome.storeUnavailable) backOff();
      // Whoever came as far as the provider, or as far as wanting a slot, was prepared.
      if (PREPARED_OUTCOMES.has(outcome.kind)) failures = 0;
    },
  };
}
