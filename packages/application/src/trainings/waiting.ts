import { formatQueuePosition, type Training } from '@trainyard/domain';
import { getBudgetStop } from '../budgets/budgets.ts';
import type { Deps } from '../deps.ts';
import { RecoverRequiredError } from '../errors.ts';

/** Why no training starts: the state of dispatch. `until`: when it ends by itself, epoch ms. */
export interface DispatchStop {
  readonly code: 'recover_required' | 'object_store' | 'paused' | 'gate' | 'budget';
  readonly text: string;
  readonly until?: number;
}

/** Why a queued training has not started: dispatch, its own budget, a delay after an attempt or a snooze, or its place in the queue. */
export interface Waiting {
  readonly code: DispatchStop['code'] | 'hold' | 'retry' | 'backoff' | 'slot';
  readonly text: string;
  /** Epoch ms. */
  readonly until?: number;
  /** Position in the queue, 1 is next; undefined while unknown, and for a held or delayed training. */
  readonly position?: number;
}

/** The facts that decide why a training waits. `now` in epoch ms. */
export interface WaitingFacts {
  readonly stop: DispatchStop | undefined;
  readonly now: number;
  readonly position?: number | undefined;
}

type DispatchStopDeps = Pick<Deps, 'store' | 'storeHealth' | 'budgets' | 'settings' | 'clock'>;

/**
 * Returns why no queued training starts now, the cause that outlasts the others first; undefined when dispatch is open.
 * Throws StoreUnavailableError. @param needUsd estimated cost of a new training, which a budget may be too small for
 */
export async function getDispatchStop(
  deps: DispatchStopDeps,
  needUsd?: number,
): Promise<DispatchStop | undefined> {
  const [{ paused, reason, gate }, alarms, fault, budget] = await Promise.all([
    deps.store.getControl(),
    deps.store.listAlarms(),
    deps.storeHealth.readFault(),
    getBudgetStop(deps, needUsd),
  ]);
  // A missing epoch is no proof: a new Redis has none until the first dispatcher has started.
  if (alarms.some(({ code }) => code === 'recover_required'))
    return { code: 'recover_required', text: new RecoverRequiredError().message };
  if (fault) return { code: 'object_store', text: `object store: ${fault.reason}` };
  if (paused) return { code: 'paused', text: reason === undefined ? 'paused' : `paused: ${reason}` };
  if (gate) return { code: 'gate', text: gate.reason };
  if (!budget) return undefined;
  return {
    code: 'budget',
    text: budget.reason,
    ...(budget.opensAt !== undefined && { until: budget.opensAt }),
  };
}

/** Returns why the training waits; undefined for a training that is not queued. Pure. */
export function getWaiting(training: Training, { stop, now, position }: WaitingFacts): Waiting | undefined {
  if (training.status !== 'queued') return undefined;
  const { hold, notBefore, reason, attemptsSpent } = training;
  if (hold) return { code: 'hold', text: hold.reason };
  const isDue = notBefore === undefined || notBefore <= now;
  const place = isDue && position !== undefined ? { position } : {};
  if (stop) return { ...stop, ...place };
  if (isDue) return { code: 'slot', text: toSlotText(position), ...place };
  return {
    // A request that RunPod did not take starts an attempt and does not spend it.
    code: attemptsSpent > 0 ? 'retry' : 'backoff',
    text: reason ?? 'delayed',
    until: notBefore,
  };
}

function toSlotText(position: number | undefined): string {
  return position === undefined ? 'in the queue' : formatQueuePosition(position);
}
