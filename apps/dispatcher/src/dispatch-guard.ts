import { checkEpoch, type Deps, type DispatchControl, getBudgetStop, isBehind } from '@trainyard/application';

/** Whether anything may be taken from the line just now. */
export interface DispatchGuard {
  /** Pause, gate, bound and budgets as they are, and the record as it was when it was last compared. */
  canDispatch(): Promise<boolean>;
  /** Compares the record with what the object store remembers of it (SPEC §7). */
  verifyEpoch(): Promise<void>;
}

/** Nothing is dispatched from a record that the store does not know: Redis was lost or went back in time. */
export function createDispatchGuard(
  deps: Pick<Deps, 'store' | 'objects' | 'ids' | 'log' | 'budgets' | 'settings' | 'clock'>,
): DispatchGuard {
  let verified: Pick<DispatchControl, 'epoch' | 'highWaterMark'> | undefined;
  let stopReason: string | undefined;
  const withinBudget = async (): Promise<boolean> => {
    const stop = await getBudgetStop(deps);
    if (stop?.reason !== stopReason)
      deps.log.info(stop ? 'budget_exhausted' : 'budget_available', { reason: stop?.reason });
    stopReason = stop?.reason;
    return stop === undefined;
  };
  const verifyEpoch = async (): Promise<void> => {
    // Read before the store is asked: a Redis that is put back in between is behind what is remembered.
    const before = await deps.store.getControl();
    const state = await checkEpoch(deps);
    // It was introduced just now; nothing is known of it before that.
    if (state === 'current' && before.epoch === undefined) return verifyEpoch();
    verified = state === 'current' ? before : undefined;
    if (state === 'recover_required') deps.log.error('recover_required');
  };
  return {
    verifyEpoch,
    canDispatch: async () => {
      const { paused, gate, epoch, highWaterMark, maxConcurrency } = await deps.store.getControl();
      // A gate on trial lets one through, and the write that takes the slot knows which.
      const gateAllows =
        gate === undefined || (gate.probeRun !== undefined && gate.probeRun.trainingId === undefined);
      const open = !paused && gateAllows && maxConcurrency >= 1;
      // A Redis that was put back from an old copy is known by its mark before the store is asked again.
      const isCurrent =
        epoch !== undefined && epoch === verified?.epoch && !isBehind(highWaterMark, verified.highWaterMark);
      return open && isCurrent && withinBudget();
    },
  };
}
