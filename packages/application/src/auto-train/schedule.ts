import {
  findScheduleFaults,
  isTerminal,
  recordTicks,
  type Schedule,
  type ScheduledTick,
  type SchedulePlan,
  selectDueTicks,
  TICK_GRACE_MS,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { checkEpoch } from '../durability/epoch/epoch.ts';
import { InvalidRequestError } from '../errors.ts';
import { enqueueBatch, listBatchTrainings } from './enqueue.ts';
import { planBatch, type RunDeps } from './run.ts';

type ScheduleDeps = Pick<Deps, 'batches' | 'cron' | 'clock'>;

/** Lets auto-train run by itself. Throws InvalidRequestError naming what is wrong with cron, zone or bounds. */
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
    // What ticked under another plan, or under none, is no debt of this one.
    const handledUpTo = haveSameTicks(former, plan)
      ? before.handledUpTo
      : Math.max(before.handledUpTo, deps.clock.now());
    const schedule: Schedule = { ...before, rev: before.rev + 1, handledUpTo, ...(plan && { plan }) };
    if ((await deps.batches.saveSchedule(schedule)) === 'saved') return schedule;
  }
}

/** Lets auto-train run by itself no more; what became of its ticks stays known. */
export function clearSchedule(deps: ScheduleDeps): Promise<Schedule> {
  return updatePlan(deps, undefined);
}

/** The next moments at which auto-train runs by itself, epoch ms; none while it does not. */
export function listNextTicks(
  { cron, clock }: Pick<Deps, 'cron' | 'clock'>,
  { plan }: Schedule,
  atMost: number,
): readonly number[] {
  return plan?.enabled ? cron.after(plan, { after: clock.now(), atMost }) : [];
}

/** More ticks than this are not looked at one by one: only those that may still run, behind the first of them. */
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
  const held = batchId === undefined ? undefined : await deps.batches.load(batchId);
  if (!held || held.batch.status === 'ended') return false;
  return (
    held.batch.status === 'enqueuing' || !(await listBatchTrainings(deps, held.batch.id)).every(isTerminal)
  );
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

/** Begins the batch of a tick. The tick is remembered in the same write: of two processes one is first. */
async function runTick(deps: RunDeps, { schedule, plan, run, earlier }: DueTick): Promise<'done' | 'stale'> {
  const { limit, budgetUsd } = plan;
  const order = { ...(limit !== undefined && { limit }), ...(budgetUsd !== undefined && { budgetUsd }) };
  const planned = await planBatch(deps, order, { tickAt: run });
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
 * Deals with every tick up to now that nobody dealt with (SPEC §8). It is asked at each tick, every so often and at
 * start, by any number of processes: what counts is the moment up to which ticks were handled, which only grows. A tick
 * whose run cannot be planned is tried again until it is too old. Nothing happens while a lost record waits to be recovered.
 */
export async function handleTicks(deps: RunDeps): Promise<void> {
  for (;;) {
    const schedule = await deps.batches.getSchedule();
    const { plan } = schedule;
    if (!plan?.enabled || (await checkEpoch(deps)) !== 'current') return;
    if ((await handleDueTicks(deps, schedule, plan)) === 'done') return;
  }
}
