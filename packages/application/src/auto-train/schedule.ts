import {
  type Batch,
  findScheduleFaults,
  isTerminal,
  recordTicks,
  type Schedule,
  type ScheduledTick,
  type SchedulePlan,
  selectDueTicks,
  TICK_GRACE_MS,
  toScheduledOrder,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { checkEpoch } from '../durability/epoch.ts';
import { CorruptDocumentError, InvalidRequestError } from '../errors.ts';
import { enqueueBatch, listBatchTrainings } from './enqueue.ts';
import { planBatch, type RunDeps } from './run.ts';

type ScheduleDeps = Pick<Deps, 'batches' | 'cron' | 'clock'>;

/**
 * Saves and enables the schedule. Throws InvalidRequestError for an invalid cron expression, zone or bound.
 */
export async function setSchedule(deps: ScheduleDeps, plan: SchedulePlan): Promise<Schedule> {
  const faults = [...deps.cron.validate(plan), ...findScheduleFaults(plan)];
  if (faults.length > 0) throw new InvalidRequestError(faults);
  return updatePlan(deps, plan);
}

function haveSameTicks(former: SchedulePlan | undefined, current: SchedulePlan | undefined): boolean {
  return (
    former?.enabled === true &&
    current?.enabled === true &&
    former.cron === current.cron &&
    former.tz === current.tz
  );
}

async function updatePlan(deps: ScheduleDeps, plan: SchedulePlan | undefined): Promise<Schedule> {
  for (;;) {
    const { plan: former, ...before } = await deps.batches.getSchedule();
    // Ticks before a change of cron expression or zone are not made up for.
    const handledUpTo = haveSameTicks(former, plan)
      ? before.handledUpTo
      : Math.max(before.handledUpTo, deps.clock.now());
    const schedule: Schedule = { ...before, rev: before.rev + 1, handledUpTo, ...(plan && { plan }) };
    if ((await deps.batches.saveSchedule(schedule)) === 'saved') return schedule;
  }
}

/** Deletes the schedule; the history of its ticks remains. */
export function clearSchedule(deps: ScheduleDeps): Promise<Schedule> {
  return updatePlan(deps, undefined);
}

/**
 * Returns the next times (epoch ms) at which the schedule starts a run; none while it is absent or disabled.
 */
export function listNextTicks(
  { cron, clock }: Pick<Deps, 'cron' | 'clock'>,
  { plan }: Schedule,
  atMost: number,
): readonly number[] {
  return plan?.enabled ? cron.after(plan, { after: clock.now(), atMost }) : [];
}

/**
 * Upper limit of ticks read at once; after a longer pause only the first ticks and those within the grace
 * period are read.
 */
const MAX_TICKS = 1_000;

function listUnhandledTicks(
  { cron }: ScheduleDeps,
  plan: SchedulePlan,
  after: number,
  upTo: number,
): readonly number[] {
  const first = cron.after(plan, { after, upTo, atMost: MAX_TICKS });
  if (first.length < MAX_TICKS) return first;
  const late = Math.max(first.at(-1) ?? after, upTo - TICK_GRACE_MS);
  return [...first, ...cron.after(plan, { after: late, upTo, atMost: MAX_TICKS })];
}

async function isBatchOpen(deps: RunDeps, batchId: string | undefined): Promise<boolean> {
  if (batchId === undefined) return false;
  const status = await readBatchStatus(deps, batchId);
  if (status === undefined || status === 'ended') return false;
  return status === 'enqueuing' || !(await listBatchTrainings(deps, batchId)).every(isTerminal);
}

/** The status of a batch. An unreadable batch counts as open while one of its trainings lives, so that it stops no later tick. */
async function readBatchStatus({ batches, log }: RunDeps, id: string): Promise<Batch['status'] | undefined> {
  try {
    return (await batches.load(id))?.batch.status;
  } catch (error) {
    if (!(error instanceof CorruptDocumentError)) throw error;
    log.error('batch_unreadable', { batch_id: id, fault: error.message });
    return 'open';
  }
}

function toMissedTicks(ticks: readonly number[], handledAt: number): readonly ScheduledTick[] {
  return ticks.map((at) => ({ at, handledAt, outcome: 'missed' }));
}

interface DueTick {
  readonly schedule: Schedule;
  readonly plan: SchedulePlan;
  readonly run: number;
  readonly earlier: readonly ScheduledTick[];
}

/**
 * Starts the batch of a tick. Batch and tick are saved in a single write, so that only the first of two
 * concurrent processes starts it.
 */
async function runTick(deps: RunDeps, { schedule, plan, run, earlier }: DueTick): Promise<'done' | 'stale'> {
  const planned = await planBatch(deps, toScheduledOrder(plan), { tickAt: run });
  const tick = { at: run, handledAt: deps.clock.now(), outcome: 'ran', batchId: planned.batch.id } as const;
  if ((await deps.batches.create(planned, recordTicks(schedule, [...earlier, tick]))) === 'stale')
    return 'stale';
  deps.log.info('tick_ran', { tick_at: new Date(run).toISOString(), batch_id: planned.batch.id });
  await enqueueBatch(deps, planned, planned.eligible);
  return 'done';
}

async function handleDueTicks(
  deps: RunDeps,
  schedule: Schedule,
  plan: SchedulePlan,
): Promise<'done' | 'stale'> {
  const now = deps.clock.now();
  const { run, missed } = selectDueTicks(listUnhandledTicks(deps, plan, schedule.handledUpTo, now), now);
  const earlier = toMissedTicks(missed, now);
  if (run === undefined && earlier.length === 0) return 'done';
  if (run !== undefined && !(await isBatchOpen(deps, schedule.lastBatchId)))
    return runTick(deps, { schedule, plan, run, earlier });
  const overlap = run === undefined ? [] : [{ at: run, handledAt: now, outcome: 'overlap' } as const];
  const saved = await deps.batches.saveSchedule(recordTicks(schedule, [...earlier, ...overlap]));
  if (saved === 'saved') deps.log.info('tick_skipped', { missed: earlier.length, overlap: overlap.length });
  return saved === 'saved' ? 'done' : 'stale';
}

/**
 * Handles every unhandled tick up to now (docs/concepts/auto-train.md). Any number of processes may call it,
 * at each tick, at intervals and at start: the saved time up to which ticks are handled only increases. A
 * tick whose batch cannot be planned is retried until its grace period ends. Ticks are not handled while
 * `trainyard recover` is required.
 */
export async function handleTicks(deps: RunDeps): Promise<void> {
  for (;;) {
    const schedule = await deps.batches.getSchedule();
    const { plan } = schedule;
    if (!plan?.enabled || (await checkEpoch(deps)) !== 'current') return;
    if ((await handleDueTicks(deps, schedule, plan)) === 'done') return;
  }
}
