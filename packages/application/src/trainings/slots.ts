import {
  type BudgetExhaustion,
  type Estimate,
  estimateEnd,
  type Queued,
  type Training,
} from '@trainyard/domain';
import { getBudgetStop } from '../budgets/budgets.ts';
import { createEstimator, type Estimator } from '../budgets/estimate.ts';
import type { Deps } from '../deps.ts';
import type { DispatchControl } from '../ports/training-store/index.ts';
import { loadReadableTrainings, readTrainings } from '../lifecycle/read-trainings.ts';
import { getDispatchStop, getWaiting, type Waiting } from './waiting.ts';

/** A slot in use. `since`: start of its attempt, epoch ms. */
export interface SlotInUse {
  readonly training: Training;
  readonly since: number;
}

/** The use of the concurrency limit, and the next queued trainings. */
export interface Slots {
  readonly control: DispatchControl;
  /** The exhausted budget of the day or month that stops dispatch. */
  readonly stop?: BudgetExhaustion;
  readonly inUse: readonly SlotInUse[];
  /** The number of slots of unreadable trainings; `inUse` does not list them. */
  readonly unreadableCount: number;
  readonly waitingCount: number;
  /** The next 20 trainings of the queue. */
  readonly next: readonly NextTraining[];
}

/** A training at the head of the queue. */
interface NextTraining {
  readonly training: Queued;
  readonly waiting: Waiting;
  /** The estimate of its next attempt. */
  readonly expected: Estimate;
  /**
   * The expected start, epoch ms. Undefined while dispatch is paused, the gate is closed, an exhausted budget has no end,
   * or unreadable trainings hold every slot.
   */
  readonly estimatedStart?: number;
}

type SlotsDeps = Pick<Deps, 'store' | 'queue' | 'settings' | 'clock' | 'budgets' | 'log'>;

const LOOK_AHEAD = 20;

/**
 * Reads the concurrency limit, the active attempts and the first 20 trainings of the queue. An unreadable training is
 * logged and left out; its slot is counted and expected to stay in use.
 */
export async function getSlots(deps: SlotsDeps & Pick<Deps, 'storeHealth'>): Promise<Slots> {
  const now = deps.clock.now();
  const [control, slots, waitingCount, nextQueued, estimator, stop, dispatchStop] = await Promise.all([
    deps.store.getControl(),
    listSlotsInUse(deps),
    deps.store.count('queued'),
    listNextQueued(deps),
    createEstimator(deps),
    getBudgetStop(deps),
    getDispatchStop(deps),
  ]);
  const positions = await deps.queue.findPositions(nextQueued.map(({ id }) => id));
  const starts = estimateStarts(now, { control, ...slots, nextQueued, stop, estimator });
  const next = nextQueued.flatMap((training, at): readonly NextTraining[] => {
    const waiting = getWaiting(training, { stop: dispatchStop, now, position: positions.get(training.id) });
    if (!waiting) return [];
    const estimatedStart = starts?.[at];
    return [
      {
        ...{ training, waiting, expected: estimator(training.request) },
        ...(estimatedStart !== undefined && { estimatedStart }),
      },
    ];
  });
  return { control, ...slots, waitingCount, next, ...(stop && { stop }) };
}

function estimateDurationMs(estimator: Estimator, { request }: Training): number {
  return estimator(request).durationSeconds * 1000;
}

interface StartEstimateInput {
  readonly control: DispatchControl;
  readonly inUse: readonly SlotInUse[];
  readonly unreadableCount: number;
  readonly nextQueued: readonly Queued[];
  readonly stop: BudgetExhaustion | undefined;
  readonly estimator: Estimator;
}

/** Assigns each queued training the earliest free slot, not before the training is due; undefined while none starts. */
function estimateStarts(now: number, input: StartEstimateInput): readonly number[] | undefined {
  const { nextQueued, stop, estimator } = input;
  const slots = listFreeSlots(now, input);
  if (!slots) return undefined;
  return nextQueued.map((training) => {
    const earliest = Math.max(training.notBefore ?? 0, stop?.opensAt ?? now);
    return takeSlot(slots, estimateDurationMs(estimator, training), earliest).start;
  });
}

/** The time at which each slot becomes free; undefined while no training starts, or without a slot. Epoch ms. */
function listFreeSlots(
  now: number,
  { control, inUse, unreadableCount, stop, estimator }: Omit<StartEstimateInput, 'nextQueued'>,
): number[] | undefined {
  if (control.paused || control.gate || (stop && stop.opensAt === undefined)) return undefined;
  const free = inUse.map(({ training, since }) =>
    Math.max(now, estimateEnd(training, now) ?? since + estimateDurationMs(estimator, training)),
  );
  while (free.length < control.maxConcurrency - unreadableCount) free.push(now);
  return free.length === 0 ? undefined : free;
}

/** Moves the slot that becomes free first to the end of a training. Changes `slots`, which is not empty. Epoch ms. */
export function takeSlot(
  slots: number[],
  durationMs: number,
  earliest = 0,
): { readonly start: number; readonly end: number } {
  const first = slots.indexOf(Math.min(...slots));
  const start = Math.max(slots[first] ?? 0, earliest);
  slots[first] = start + durationMs;
  return { start, end: start + durationMs };
}

/**
 * Estimates when each slot becomes free after the live and the queued trainings. Queued trainings beyond the first 20
 * count with the mean duration of those. Undefined while no training starts. Epoch ms.
 */
export async function estimateFreeSlots(deps: SlotsDeps): Promise<readonly number[] | undefined> {
  const now = deps.clock.now();
  const [control, used, waitingCount, nextQueued, estimator, stop] = await Promise.all([
    deps.store.getControl(),
    listSlotsInUse(deps),
    deps.store.count('queued'),
    listNextQueued(deps),
    createEstimator(deps),
    getBudgetStop(deps),
  ]);
  const slots = listFreeSlots(now, { control, ...used, stop, estimator });
  if (!slots) return undefined;
  const durations = nextQueued.map((training) => estimateDurationMs(estimator, training));
  const mean = durations.reduce((total, each) => total + each, 0) / Math.max(1, durations.length);
  const others = Math.max(0, waitingCount - durations.length);
  for (const durationMs of durations) takeSlot(slots, durationMs, stop?.opensAt);
  return slots.map((free) => free + (others * mean) / slots.length);
}

/** The place of a training that is not enqueued yet, and its expected start. */
export interface NextStart {
  /** Position in the queue, 1 is next; undefined behind more than 20 trainings. */
  readonly position?: number;
  /** Epoch ms; undefined while no training starts, or behind more than 20 trainings. */
  readonly startAt?: number;
}

/** Estimates place and start of a training that would be enqueued now. @param priority lower numbers run first */
export async function estimateNextStart(deps: SlotsDeps, priority: number): Promise<NextStart> {
  const now = deps.clock.now();
  const [control, used, nextQueued, estimator, stop] = await Promise.all([
    deps.store.getControl(),
    listSlotsInUse(deps),
    listNextQueued(deps),
    createEstimator(deps),
    getBudgetStop(deps),
  ]);
  const positions = await deps.queue.findPositions(nextQueued.map(({ id }) => id));
  const ahead = nextQueued.filter((each) => positions.has(each.id) && each.priority <= priority);
  if (ahead.length === LOOK_AHEAD) return {};
  const position = { position: ahead.length + 1 };
  const slots = listFreeSlots(now, { control, ...used, stop, estimator });
  if (!slots) return position;
  const earliest = stop?.opensAt ?? now;
  for (const training of ahead) takeSlot(slots, estimateDurationMs(estimator, training), earliest);
  return { ...position, startAt: takeSlot(slots, 0, earliest).start };
}

async function listSlotsInUse(deps: SlotsDeps): Promise<Pick<Slots, 'inUse' | 'unreadableCount'>> {
  const activeAttempts = await deps.store.listActiveAttempts();
  const since = new Map(activeAttempts.map((entry) => [entry.trainingId, entry.since]));
  const { items, unreadable } = await readTrainings(deps, [...since.keys()]);
  const inUse = items.map((training) => ({ training, since: since.get(training.id) ?? training.changedAt }));
  return { inUse, unreadableCount: unreadable.length };
}

/** The first queued trainings in queue order. The queue lists the jobs of live runs before them. */
async function listNextQueued(deps: SlotsDeps): Promise<readonly Queued[]> {
  const trainings = await loadReadableTrainings(deps, await deps.queue.listHead(LOOK_AHEAD));
  return trainings.filter((training) => training.status === 'queued').slice(0, LOOK_AHEAD);
}
