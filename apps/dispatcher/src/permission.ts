import { checkEpoch, type Deps } from '@trainyard/application';

/** Whether anything may be taken from the line just now. */
export interface Permission {
  /** Pause, gate and bound as they are, and the record as it was when it was last compared. */
  given(): Promise<boolean>;
  /** Compares the record with what the object store remembers of it (SPEC §7). */
  compare(): Promise<void>;
}

/** Nothing is dispatched from a record that the store does not know: Redis was lost, and must be recovered first. */
export const createPermission = (deps: Pick<Deps, 'store' | 'objects' | 'ids' | 'log'>): Permission => {
  let soundEpoch: string | undefined;
  return {
    given: async () => {
      const { paused, gate, epoch, bound } = await deps.store.control();
      return !paused && gate === undefined && bound >= 1 && epoch !== undefined && epoch === soundEpoch;
    },
    compare: async () => {
      const state = await checkEpoch(deps);
      soundEpoch = state === 'sound' ? (await deps.store.control()).epoch : undefined;
      if (state === 'recover_required') deps.log.error('recover_required');
    },
  };
};
