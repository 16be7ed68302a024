import type { BudgetHold, Queued, Training, TrainingEvent, TrainingRequest } from '@trainyard/domain';
import type { IdempotencyClaim, IdempotencyClaims } from './idempotency-claims.ts';
import type { StreakChange } from './streaks.ts';

/** The result of {@link TrainingWrites.accept}; only `accepted` stored the training. */
export type AcceptResult =
  | { readonly kind: 'accepted' }
  /** Same key, same body: this training was accepted before. */
  | {
      readonly kind: 'replayed';
      readonly trainingId: string;
      readonly priority: number;
      /** The hold that the first acceptance placed. */
      readonly hold?: BudgetHold;
    }
  /** Same key, different body. */
  | { readonly kind: 'conflict'; readonly trainingId: string }
  /** The subject has an unfinished training. */
  | { readonly kind: 'subject_busy'; readonly trainingId: string }
  /** The batch budget has only this much left. */
  | { readonly kind: 'over_budget'; readonly leftUsd: number };

/**
 * The result of {@link TrainingWrites.save}. `stale`: a different writer saved this revision first; load again and
 * decide again. `over_budget`: the batch budget has less left than the training needs; the change is not saved.
 * `closes_gate`: the change is not saved, because it belongs to a streak that closes the gate.
 * `run_belongs_to_another`: a different attempt owns the run of the change, which is not saved.
 */
export type SaveResult = 'saved' | 'stale' | 'over_budget' | 'closes_gate' | 'run_belongs_to_another';

/**
 * The result of {@link TrainingWrites.start}. Only `started` permits the call to the provider; every other result
 * changed no data (docs/concepts/dispatch-and-slots.md).
 * - `lock_mismatch`: the job is not active, or not under the given lock token.
 * - `closed`: dispatch is paused, or the gate is closed and offers no probe run.
 * - `full`: as many attempts are active as the concurrency limit allows.
 * - `limit_missing`: the concurrency limit is not set, or Redis has no epoch (recovery is required).
 * - `over_budget`, `over_batch_budget`: the day or month, or the batch, has less left than the attempt is expected to cost.
 */
export type StartResult =
  | 'started'
  | 'stale'
  | 'lock_mismatch'
  | 'closed'
  | 'full'
  | 'limit_missing'
  | 'over_budget'
  | 'over_batch_budget';

/**
 * Writes of trainings. Each is atomic over training, events, indexes, active attempts, budgets and outbox, and
 * recognizes its own earlier execution, so that a call may be repeated after a lost reply. Every method throws
 * StoreUnavailableError while the state store is unavailable.
 */
export interface TrainingWrites {
  /** Idempotency claims of calls that do not create a training. */
  readonly idempotencyClaims: IdempotencyClaims;
  /**
   * Saves a new training unless its claim, its subject or its batch budget forbids it. `exclusive` rejects a busy
   * subject. `batchBudgetUsd` sets the budget of its batch, unless the batch has one.
   */
  accept(
    training: Queued,
    options: {
      readonly claim?: IdempotencyClaim;
      readonly exclusive: boolean;
      readonly batchBudgetUsd?: number;
    },
  ): Promise<AcceptResult>;
  /** The result of an earlier acceptance under this key; undefined for a new key. */
  findAccepted(
    claim: IdempotencyClaim,
  ): Promise<Exclude<AcceptResult, { kind: 'accepted' | 'subject_busy' | 'over_budget' }> | undefined>;
  /**
   * Saves the next revision by compare-and-swap on the revision of `before`, and claims its run for its attempt. It can
   * release a slot; it acquires one only for a training that returns a run (docs/concepts/unconfirmed-submissions.md).
   * The same script counts the streaks, and closes the gate when one reaches its limit.
   */
  save(
    training: Training,
    event: TrainingEvent,
    before: Training,
    streaks?: readonly StreakChange[],
  ): Promise<SaveResult>;
  /**
   * Saves `submission_started` and acquires a slot. `previousLockToken` is the lock of an orphaned job; it is replaced
   * by the lock token of the attempt. A repeated call with the same nonce returns `started`.
   */
  start(
    training: Training,
    event: TrainingEvent,
    from: { readonly before: Training; readonly previousLockToken?: string },
  ): Promise<StartResult>;
  /** Ids of trainings that ended before `at` (epoch ms), are in their manifest and are not pruned, oldest first. */
  listPrunable(at: number, limit: number): Promise<readonly string[]>;
  /** Replaces the request by this summary and deletes the events, unless the training changed since it was read. */
  prune(training: Training, summary: TrainingRequest): Promise<void>;
}
