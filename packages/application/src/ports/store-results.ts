import type { BudgetHold } from '@trainyard/domain';

/** What became of a wish to train. */
export type AcceptResult =
  | { readonly kind: 'accepted' }
  /** Same key, same body: this training was accepted before. */
  | {
      readonly kind: 'replayed';
      readonly trainingId: string;
      readonly priority: number;
      /** What held it when it was accepted. */
      readonly hold?: BudgetHold;
    }
  /** Same key, other body. */
  | { readonly kind: 'conflict'; readonly trainingId: string }
  /** The subject has a training that has not ended. */
  | { readonly kind: 'subject_busy'; readonly trainingId: string }
  /** Its batch's purse has not so much left. */
  | { readonly kind: 'over_budget'; readonly leftUsd: number };

/** `over_budget`: its batch's purse has not so much left. */
export type SaveResult = 'saved' | 'stale' | 'over_budget';

/**
 * What became of the write that takes a slot (DESIGN §4 rule 2). Only `started` allows the call to the provider.
 * `closed`: paused, or the gate is. `over_budget`: the day or month has not so much left; `over_batch_budget`: its batch has not.
 */
export type StartResult =
  | 'started'
  | 'stale'
  | 'lock_mismatch'
  | 'closed'
  | 'full'
  | 'no_limit'
  | 'over_budget'
  | 'over_batch_budget';
