import { type BudgetExhaustion, estimateEnd, type Queued, type Training } from '@trainyard/domain';
import { getBudgetStop } from '../budgets/budgets.ts';
import { createEstimator, type Estimator } from '../budgets/estimate.ts';
import type { Deps } from '../deps.ts';
import type { DispatchControl } from '../ports/training-store/index.ts';

/** A slot in use. */
export interface SlotInUse {
  readonly training: Training;
  readonly since: number;
}

/** Who holds the bound and who is next (SPEC §5.1). */
export interface Slots {
  readonly control: DispatchControl;
  /** A day's or month's budget that is used up. */
  readonly stop?: BudgetExhaustion;
  readonly inUse: readonly SlotInUse[];
  readonly waitingCount: number;
  /**
   * The next in line with the moment at which a slot is expected for each. Epoch ms; none while a pause or a closed
   * gate keeps every training waiting.
   */
  readonly next: readonly { readonly training: Training; readonly estimatedStart?: number }[];
}

type SlotsDeps = Pick<Deps, 'store' | 'queue' | 'settings' | 'clock' | 'budgets'>;

const LOOK_AHEAD = 20;

/** Reads the bound, the ledger and the head of the line. */
export async function getSlots(deps: SlotsDeps): Promise<Slots> {
  const [control, inUse, waitingCount, nextQueued, estimator, stop] = await Promise.all([
    deps.store.getControl(),
    listSlotsInUse(deps),
    deps.store.count('queued'),
    listNextQueued(deps),
    createEstimator(deps),
    getBudgetStop(deps),
  ]);
  const next = estimateStarts(deps.clock.now(), { control, inUse, nextQueued, stop, estimator });
  return { control, inUse, waitingCount, next, ...(stop && { stop }) };
}

function estimateDurationMs(estimator: Estimator, { request }: Training): number {
  return estimator(request.hyperparameters).durationSeconds * 1000;
}

interface StartEstimateInput {
  readonly control: DispatchControl;
  readonly inUse: readonly SlotInUse[];
  readonly nextQueued: readonly Queued[];
  readonly stop: BudgetExhaustion | undefined;
  readonly estimator: Estimator;
}

/** Lets each of the line start when a slot is expected to be free, and no sooner than it is due. */
function estimateStarts(
  now: number,
  { control, inUse, nextQueued, stop, estimator }: StartEstimateInput,
): Slots['next'] {
  const opensAt = stop ? stop.opensAt : now;
  if (control.paused || control.gate || opensAt === undefined)
    return nextQueued.map((training) => ({ training }));
  const free = inUse.map(({ training, since }) =>
    Math.max(now, estimateEnd(training, now) ?? since + estimateDurationMs(estimator, training)),
  );
  while (free.length < control.maxConcurrency) free.push(now);
  return nextQueued.map((training) => {
    free.sort((a, b) => a - b);
    const estimatedStart = Math.max(free.shift() ?? now, training.notBefore ?? 0, opensAt);
    free.push(estimatedStart + estimateDurationMs(estimator, training));
    return { training, estimatedStart };
  });
}

async function listSlotsInUse({ store }: SlotsDeps): Promise<readonly SlotInUse[]> {
  const activeAttempts = await store.listActiveAttempts();
  const since = new Map(activeAttempts.map((entry) => [entry.trainingId, entry.since]));
  const trainings = await store.loadAll([...since.keys()]);
  return trainings.map((training) => ({ training, since: since.get(training.id) ?? training.changedAt }));
}

/** The head of the line as the queue orders it; the jobs of live runs stand before it. */
async function listNextQueued({ store, queue }: SlotsDeps): Promise<readonly Queued[]> {
  const trainings = await store.loadAll(await queue.listHead(LOOK_AHEAD));
  return trainings.filter((training) => training.status === 'queued').slice(0, LOOK_AHEAD);
}

/** Why nothing is taken from the line just now, for whoever waits in it: a pause, the gate or a budget. */
export async function getWaitingReason(
  deps: Pick<Deps, 'store' | 'budgets' | 'settings' | 'clock'>,
): Promise<string | undefined> {
  const [{ paused, reason, gate }, stop] = await Promise.all([deps.store.getControl(), getBudgetStop(deps)]);
  if (paused) return reason === undefined ? 'paused' : `paused: ${reason}`;
  return gate?.reason ?? stop?.reason;
}
