import { budgetStopNow, checkEpoch, type Deps } from '@trainyard/application';

/** Whether anything may be taken from the line just now. */
export interface Permission {
  /** Pause, gate, bound and budgets as they are, and the record as it was when it was last compared. */
  given(): Promise<boolean>;
  /** Compares the record with what the object store remembers of it (SPEC §7). */
  compare(): Promise<void>;
}

/** Nothing is dispatched from a record that the store does not know: Redis was lost, and must be recovered first. */
export const createPermission = (
  deps: Pick<Deps, 'store' | 'objects' | 'ids' | 'log' | 'budgets' | 'settings' | 'clock'>,
): Permission => {
  let soundEpoch: string | undefined;
  let stopped: string | undefined;
  const withinBudget = async (): Promise<boolean> => {
    const stop = await budgetStopNow(deps);
    if (stop?.reason !== stopped)
      deps.log.info(stop ? 'budget_used_up' : 'budget_left', { reason: stop?.reason });
    stopped = stop?.reason;
    return stop === undefined;
  };
  return {
    given: async () => {
      const { paused, gate, epoch, bound } = await deps.store.control();
      // A gate on trial lets one through, and the write that takes the slot knows which.
      const passable =
        gate === undefined || (gate.trial !== undefined && gate.trial.trainingId === undefined);
      const open = !paused && passable && bound >= 1;
      return open && epoch !== undefined && epoch === soundEpoch && withinBudget();
    },
    compare: async () => {
      const state = await checkEpoch(deps);
      soundEpoch = state === 'sound' ? (await deps.store.control()).epoch : undefined;
      if (state === 'recover_required') deps.log.error('recover_required');
    },
  };
};
