import type { Batch, BatchPlan, Schedule, SchedulePlan } from '@trainyard/domain';
import type { Issue } from '../errors.ts';
import type { EntryFault } from './storage/entry-fault.ts';
import type { Page } from './training-store/index.ts';

/** A batch with its chosen and its skipped actors. */
export interface BatchWithPlan {
  readonly batch: Batch;
  readonly plan: BatchPlan;
}

/** A page of batches, without those of it that are unreadable. */
export interface BatchPage extends Page<Batch> {
  readonly unreadable: readonly EntryFault[];
}

/**
 * The auto-train batches and their schedule. Each write is atomic; `stale` means that a different writer saved this
 * revision first: load again and decide again. Every method throws StoreUnavailableError.
 */
export interface BatchStore {
  /** Saves a new batch, and in the same write the schedule whose tick started it. `known`: the id exists already. */
  create(entry: BatchWithPlan, schedule?: Schedule): Promise<'created' | 'known' | 'stale'>;
  /** Throws CorruptDocumentError for a batch that this version cannot parse. */
  load(id: string): Promise<BatchWithPlan | undefined>;
  /** Saves the next revision; without `plan` the stored plan is kept. */
  save(batch: Batch, plan?: BatchPlan): Promise<'saved' | 'stale'>;
  /** Newest first. */
  list(query: { readonly limit: number; readonly cursor?: string }): Promise<BatchPage>;
  /** Ids of the batches that have not ended. */
  listOpen(): Promise<readonly string[]>;
  /** Restores a batch of the backup. `known`: the store holds this revision or a later revision, which is kept. */
  restore(entry: BatchWithPlan): Promise<'restored' | 'known'>;
  /** Batches whose current revision is not in the backup yet. */
  listPendingBackups(limit: number): Promise<readonly { readonly id: string; readonly rev: number }[]>;
  /** Clears the pending backup of this revision; a newer revision stays pending. */
  markBackedUp(pending: { readonly id: string; readonly rev: number }): Promise<void>;
  /** The schedule; revision 0 without a plan while it was never set. */
  getSchedule(): Promise<Schedule>;
  /** Saves the next revision. */
  saveSchedule(schedule: Schedule): Promise<'saved' | 'stale'>;
}

/** The ticks of a cron expression in its time zone. Times are epoch ms. */
export interface CronTimes {
  /** The faults of cron expression and time zone; empty for a valid plan. */
  validate(plan: Pick<SchedulePlan, 'cron' | 'tz'>): readonly Issue[];
  /** The first ticks after `range.after` and not after `range.upTo`, at most `range.atMost`. */
  after(
    plan: Pick<SchedulePlan, 'cron' | 'tz'>,
    range: { readonly after: number; readonly upTo?: number; readonly atMost: number },
  ): readonly number[];
}
