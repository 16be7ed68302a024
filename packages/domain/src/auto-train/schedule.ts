import type { BatchOrder } from './batch.ts';

/** The times at which auto-train starts on schedule, and the limits of each run (docs/concepts/auto-train.md). */
export interface SchedulePlan {
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /** IANA name of the time zone of the cron expression. */
  readonly tz: string;
  readonly enabled: boolean;
  readonly limit?: number;
  readonly budgetUsd?: number;
  readonly includeUnreviewed?: boolean;
  /** As in an order of a run: sample pictures, and their prompts with `{trigger}`. */
  readonly validation?: boolean;
  readonly samplePrompts?: readonly string[];
}

/** The order of the run that a tick of the plan starts. */
export function toScheduledOrder({ cron: _, tz: __, enabled: ___, ...order }: SchedulePlan): BatchOrder {
  return order;
}

/** A handled tick: it started a run (`ran`), the previous run was open (`overlap`), or it was too old (`missed`). */
export interface ScheduledTick {
  readonly at: number;
  readonly handledAt: number;
  readonly outcome: 'ran' | 'overlap' | 'missed';
  readonly batchId?: string;
}

/** The schedule with its handled ticks. Times are epoch ms. */
export interface Schedule {
  readonly rev: number;
  readonly plan?: SchedulePlan;
  /** All ticks up to this time are handled. It never decreases, so a tick does not run twice. */
  readonly handledUpTo: number;
  readonly lastBatchId?: string;
  /** The newest first. */
  readonly ticks: readonly ScheduledTick[];
}

/** A tick runs late when it is younger than this. */
export const TICK_GRACE_MS = 6 * 3_600_000;
const MAX_STORED_TICKS = 100;

/** Checks the limits of a plan; cron expression and time zone are checked elsewhere. An empty list means valid. */
export function findScheduleFaults(
  plan: SchedulePlan,
): readonly { readonly path: string; readonly message: string }[] {
  const isBounded = plan.limit !== undefined || plan.budgetUsd !== undefined;
  if (isBounded) return [];
  return [{ path: 'limit', message: 'give limit, budget_usd or both' }];
}

/**
 * Selects from the unhandled ticks, oldest first: the last tick runs when it is younger than {@link TICK_GRACE_MS}, and
 * all others are missed, so that several late ticks start a single run.
 */
export function selectDueTicks(
  ticks: readonly number[],
  now: number,
): { readonly run?: number; readonly missed: readonly number[] } {
  const last = ticks.at(-1);
  if (last === undefined || now - last >= TICK_GRACE_MS) return { missed: ticks };
  return { run: last, missed: ticks.slice(0, -1) };
}

/** Records handled ticks, oldest first. The schedule keeps its newest 100 ticks. */
export function recordTicks(schedule: Schedule, ticks: readonly ScheduledTick[]): Schedule {
  const last = ticks.at(-1);
  if (!last) return schedule;
  return {
    ...schedule,
    rev: schedule.rev + 1,
    handledUpTo: Math.max(schedule.handledUpTo, last.at),
    ...(last.batchId !== undefined && { lastBatchId: last.batchId }),
    ticks: [...ticks.toReversed(), ...schedule.ticks].slice(0, MAX_STORED_TICKS),
  };
}
