import type { RunClaim, Training } from '@trainyard/domain';

/** A revision that is not in the backup yet. */
export interface PendingBackup {
  readonly trainingId: string;
  readonly rev: number;
}

/**
 * The state store's side of backup and recovery (docs/concepts/durability.md). Every method throws
 * StoreUnavailableError.
 */
export interface BackupStore {
  /** Trainings whose state changed since their last backup, each with the revision to be written. */
  listPendingBackups(limit: number): Promise<readonly PendingBackup[]>;
  /** Clears the pending backup of this revision; a newer revision stays pending. */
  markBackedUp(pending: PendingBackup): Promise<void>;
  /**
   * Restores a training with its slot, indexes, aliases and costs, in the place of `before` where that is given.
   * `known`: the store holds a different revision, which is left unchanged.
   */
  restore(training: Training, before?: Training): Promise<'restored' | 'known'>;
  /**
   * Restores the owners of runs. A run that a different attempt owns stays with it, unless only this claim was answered by
   * the provider.
   */
  restoreRuns(trainingId: string, runs: readonly RunClaim[]): Promise<void>;
  /** Sets the epoch unless it is set. @returns the epoch afterwards */
  establishEpoch(epoch: string): Promise<string>;
  /** Replaces the high-water mark by compare-and-swap; a lost race has no effect. */
  advanceHighWaterMark(from: string | undefined, to: string): Promise<void>;
  /** Deletes the epoch while the store still has this high-water mark, so that it is not dispatched from. */
  fence(highWaterMark: string | undefined): Promise<void>;
}
