import type { Batch, BatchPlan, Schedule, SchedulePlan } from '@trainyard/domain';
import type { Issue } from '../errors.ts';
import type { Page } from './training-store/index.ts';

/** A batch with whom it takes and leaves out. */
export interface BatchWithPlan {
  readonly batch: Batch;
  readonly plan: BatchPlan;
}

/** The runs of auto-train and their schedule. Each write is atomic; `stale` means: load again and decide anew. */
export interface BatchStore {
  /** Saves a new batch; one that a tick began together with the schedule that remembers the tick. `known`: another has its id. */
  create(entry: BatchWithPlan, schedule?: Schedule): Promise<'created' | 'known' | 'stale'>;
  load(id: string): Promise<BatchWithPlan | undefined>;
  /** Saves the next revision; without a plan that stays as it is. */
  save(batch: Batch, plan?: BatchPlan): Promise<'saved' | 'stale'>;
  /** Newest first. */
  list(query: { readonly limit: number; readonly cursor?: string }): Promise<Page<Batch>>;
  /** Ids of all that have not ended. */
  listOpen(): Promise<readonly string[]>;
  /** Puts a batch back as it was; one that is known in this revision or a later one is left alone. */
  restore(entry: BatchWithPlan): Promise<'restored' | 'known'>;
  /** Batches that the journal does not hold as they are now. */
  listPendingBackups(limit: number): Promise<readonly { readonly id: string; readonly rev: number }[]>;
  markBackedUp(pending: { readonly id: string; readonly rev: number }): Promise<void>;
  /** The schedule; one that was never set has revision 0 and no plan. */
  getSchedule(): Promise<Schedule>;
  /** Saves the next revision. */
  saveSchedule(schedule: Schedule): Promise<'saved' | 'stale'>;
}

/** The moments that a cron names. Times are epoch ms. */
export interface CronTimes {
  /** What is wrong with cron or zone; empty when both can be used. */
  validate(plan: Pick<SchedulePlan, 'cron' | 'tz'>): readonly Issue[];
  /** The first ticks after a moment, none later than `upTo`, at most so many. */
  after(
    plan: Pick<SchedulePlan, 'cron' | 'tz'>,
    range: { readonly after: number; readonly upTo?: number; readonly atMost: number },
  ): readonly number[];
}
