import { type Deps, dispatch, type Taken, type TrainingLine } from '@trainyard/application';

export interface TakingOptions {
  readonly deps: Deps;
  readonly line: Pick<TrainingLine, 'take'>;
  readonly mayTake: () => Promise<boolean>;
  readonly onError: (error: unknown) => void;
}

/** Takes trainings from the line and sees each of them off. */
export interface Taking {
  /** Takes as many as the line gives. */
  takeAll(): Promise<void>;
  /** Resolves when none is under way. */
  done(): Promise<void>;
}

export const createTaking = ({ deps, line, mayTake, onError }: TakingOptions): Taking => {
  const underWay = new Set<Promise<void>>();
  const see = async (taken: Taken): Promise<void> => {
    const done = await dispatch(deps, taken);
    const reason = 'reason' in done ? { reason: done.reason } : {};
    deps.log.info('dispatched', { training_id: taken.trainingId, outcome: done.kind, ...reason });
  };
  return {
    takeAll: async () => {
      while (await mayTake()) {
        const taken = await line.take();
        if (!taken) return;
        const work = see(taken)
          .catch(onError)
          .finally(() => underWay.delete(work));
        underWay.add(work);
      }
    },
    done: async () => void (await Promise.all(underWay)),
  };
};
