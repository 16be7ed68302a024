/** When auto-train runs by itself, and within which bounds (SPEC §8). */
export interface SchedulePlan {
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /** IANA name of the zone in which the cron is read. */
  readonly tz: string;
  readonly enabled: boolean;
  readonly limit?: number;
  readonly budgetUsd?: number;
}

/** What became of a tick: it ran, the batch before it was still open, or nobody was there for too long. */
export interface ScheduledTick {
  readonly at: number;
  readonly handledAt: number;
  readonly outcome: 'ran' | 'overlap' | 'missed';
  readonly batchId?: string;
}

/** The schedule with its memory. Times are epoch ms. */
export interface Schedule {
  readonly rev: number;
  readonly plan?: SchedulePlan;
  /** Every tick up to this moment was dealt with: it never falls, so no tick runs twice. */
  readonly handledUpTo: number;
  readonly lastBatchId?: string;
  /** The newest first. */
  readonly ticks: readonly ScheduledTick[];
}

/** A tick that was missed by less than this still runs. */
export const TICK_GRACE_MS = 6 * 3_600_000;
const MAX_STORED_TICKS = 100;

/** What is wrong with a plan but for its cron and zone. */
export function findScheduleFaults(
  plan: SchedulePlan,
): readonly { readonly path: string; readonly message: string }[] {
  const isBounded = plan.limit !== undefined || plan.budgetUsd !== undefined;
  if (isBounded) return [];
  return [{ path: 'limit', message: 'a schedule needs a limit, a budget_usd or both' }];
}

/**
 * Of the ticks that nobody has dealt with, the last one runs if it is not too old; all others were missed: several
 * ticks together ask for one run.
 */
export function selectDueTicks(
  ticks: readonly number[],
  now: number,
): { readonly run?: number; readonly missed: readonly number[] } {
  const last = ticks.at(-1);
  if (last === undefined || now - last >= TICK_GRACE_MS) return { missed: ticks };
  return { run: last, missed: ticks.slice(0, -1) };
}

/** The schedule after these ticks, oldest first, were dealt with. */
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
