import { checkEpoch, type Deps, type DispatchControl, getBudgetStop, isBehind } from '@trainyard/application';

/** Decides whether jobs may be claimed. */
export interface DispatchGuard {
  /** Reads pause, gate, concurrency limit and budgets, and compares Redis with the last verified epoch. */
  canDispatch(): Promise<boolean>;
  /**
   * Compares the epoch and the high-water mark of Redis with the object store (docs/concepts/durability.md).
   * Throws ObjectStoreError when the epoch document cannot be read.
   */
  verifyEpoch(): Promise<void>;
}

/** Creates a guard that allows no dispatch until its first verification, nor from a Redis that lost data. */
export function createDispatchGuard(
  deps: Pick<Deps, 'store' | 'objects' | 'ids' | 'log' | 'budgets' | 'settings' | 'clock'>,
): DispatchGuard {
  let verified: Pick<DispatchControl, 'epoch' | 'highWaterMark'> | undefined;
  let stopReason: string | undefined;
  const isWithinBudget = async (): Promise<boolean> => {
    const stop = await getBudgetStop(deps);
    if (stop?.reason !== stopReason)
      deps.log.info(stop ? 'budget_exhausted' : 'budget_available', { reason: stop?.reason });
    stopReason = stop?.reason;
    return stop === undefined;
  };
  const verifyEpoch = async (): Promise<void> => {
    // Read before the object store: a Redis restored between the two reads is then behind the verified mark.
    const before = await deps.store.getControl();
    const state = await checkEpoch(deps);
    // The check has just established the epoch; `before` does not contain it.
    if (state === 'current' && before.epoch === undefined) return verifyEpoch();
    verified = state === 'current' ? before : undefined;
    if (state === 'recover_required') deps.log.error('recover_required');
  };
  return {
    verifyEpoch,
    canDispatch: async () => {
      const { paused, gate, epoch, highWaterMark, maxConcurrency } = await deps.store.getControl();
      // A gate with an offered probe run admits a single training; the start script enforces that.
      const gateAllows =
        gate === undefined || (gate.probeRun !== undefined && gate.probeRun.trainingId === undefined);
      const open = !paused && gateAllows && maxConcurrency >= 1;
      // The mark of a Redis restored from an old backup is behind, which shows before the next verification.
      const isCurrent =
        epoch !== undefined && epoch === verified?.epoch && !isBehind(highWaterMark, verified.highWaterMark);
      return open && isCurrent && isWithinBudget();
    },
  };
}
