import {
  type Deps,
  type DispatchDeps,
  type DispatchOutcome,
  dispatch,
  type ClaimedJob,
  type TrainingConsumer,
} from '@trainyard/application';
import { createRest } from './rest.ts';

export interface TakingOptions {
  readonly deps: Deps;
  readonly line: Pick<TrainingConsumer, 'take'>;
  readonly mayTake: () => Promise<boolean>;
  readonly onError: (error: unknown) => void;
}

/** Takes trainings from the line and sees each of them off. */
export interface Taking {
  /** Takes as many as the line gives. @returns whether it may be asked again */
  takeAll(): Promise<boolean>;
  /** Sees off one whose job was abandoned, unless this process is busy with it. */
  adopt(taken: ClaimedJob): void;
  /** From now on nothing takes a slot: what is being prepared goes back into the line, what has a slot is sent. */
  leave(): void;
  /**
   * Resolves when none is under way. What waits for the record is given up after a while.
   * @param withinMs real time
   */
  done(withinMs: number): Promise<void>;
}

type See = (taken: ClaimedJob) => Promise<DispatchOutcome>;

const seeWith =
  (deps: DispatchDeps): See =>
  async (taken) => {
    const done = await dispatch(deps, taken);
    const reason = 'reason' in done ? { reason: done.reason } : {};
    deps.log.info('dispatched', { training_id: taken.trainingId, outcome: done.kind, ...reason });
    return done;
  };

export const createTaking = ({ deps, line, mayTake, onError }: TakingOptions): Taking => {
  const underWay = new Map<Promise<void>, string>();
  const rest = createRest(deps.clock);
  const leaving = new AbortController();
  const ending = new AbortController();
  const see = seeWith({ ...deps, softStop: leaving.signal, hardStop: ending.signal });
  const start = (taken: ClaimedJob): void => {
    const work = see(taken)
      .then(rest.note, onError)
      .finally(() => underWay.delete(work));
    underWay.set(work, taken.trainingId);
  };
  return {
    takeAll: async () => {
      while (rest.allows(underWay.size) && (await mayTake())) {
        const taken = await line.claim();
        if (!taken) return true;
        start(taken);
      }
      return false;
    },
    adopt: (taken) => {
      if (![...underWay.values()].includes(taken.trainingId)) start(taken);
    },
    leave: () => leaving.abort(),
    done: async (withinMs) => {
      const timer = setTimeout(() => ending.abort(), withinMs);
      while (underWay.size > 0) await Promise.all(underWay.keys());
      clearTimeout(timer);
    },
  };
};
