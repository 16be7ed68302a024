import { type BudgetExhaustion, estimateEnd, type Queued, type Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { getBudgetStop } from '../budgets/budgets.ts';
import { type Estimator, createEstimator } from '../budgets/estimate.ts';
import type { DispatchControl } from '../ports/training-store.ts';

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

const durationMs = (forecast: Estimator, { request }: Training): number =>
  forecast(request.hyperparameters).durationSeconds * 1000;

interface Occupation {
  readonly control: DispatchControl;
  readonly inUse: readonly SlotInUse[];
  readonly line: readonly Queued[];
  readonly stop: BudgetExhaustion | undefined;
  readonly forecast: Estimator;
}

/** Lets each of the line start when a slot is expected to be free, and no sooner than it is due. */
const startsOf = (now: number, { control, inUse, line, stop, forecast }: Occupation): Slots['next'] => {
  const opensAt = stop ? stop.opensAt : now;
  if (control.paused || control.gate || opensAt === undefined) return line.map((training) => ({ training }));
  const free = inUse.map(({ training, since }) =>
    Math.max(now, estimateEnd(training, now) ?? since + durationMs(forecast, training)),
  );
  while (free.length < control.bound) free.push(now);
  return line.map((training) => {
    free.sort((a, b) => a - b);
    const estimatedStart = Math.max(free.shift() ?? now, training.notBefore ?? 0, opensAt);
    free.push(estimatedStart + durationMs(forecast, training));
    return { training, estimatedStart };
  });
};

const slotsInUse = async ({ store }: SlotsDeps): Promise<readonly SlotInUse[]> => {
  const ledger = await store.ledger();
  const since = new Map(ledger.map((entry) => [entry.trainingId, entry.since]));
  const trainings = await store.loadAll([...since.keys()]);
  return trainings.map((training) => ({ training, since: since.get(training.id) ?? training.changedAt }));
};

/** The head of the line as the queue orders it; the jobs of live runs stand before it. */
const firstInLine = async ({ store, queue }: SlotsDeps): Promise<readonly Queued[]> => {
  const trainings = await store.loadAll(await queue.head(LOOK_AHEAD));
  return trainings.filter((training) => training.status === 'queued').slice(0, LOOK_AHEAD);
};

/** Reads the bound, the ledger and the head of the line. */
export const slots = async (deps: SlotsDeps): Promise<Slots> => {
  const [control, inUse, waitingCount, line, forecast, stop] = await Promise.all([
    deps.store.control(),
    slotsInUse(deps),
    deps.store.count('queued'),
    firstInLine(deps),
    createEstimator(deps),
    getBudgetStop(deps),
  ]);
  const next = startsOf(deps.clock.now(), { control, inUse, line, stop, forecast });
  return { control, inUse, waitingCount, next, ...(stop && { stop }) };
};
