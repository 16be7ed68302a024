import {
  type Deps,
  type DispatchDeps,
  type DispatchOutcome,
  dispatch,
  type ClaimedJob,
  type TrainingConsumer,
} from '@trainyard/application';
import { createStoreBackoff } from './rest.ts';

export interface DispatchLoopOptions {
  readonly deps: Deps;
  readonly consumer: Pick<TrainingConsumer, 'take'>;
  readonly canDispatch: () => Promise<boolean>;
  readonly onError: (error: unknown) => void;
}

/** Takes trainings from the line and sees each of them off. */
export interface DispatchLoop {
  /** Takes as many as the line gives. @returns whether it may be asked again */
  run(): Promise<boolean>;
  /** Sees off one whose job was abandoned, unless this process is busy with it. */
  adopt(taken: ClaimedJob): void;
  /** From now on nothing takes a slot: what is being prepared goes back into the line, what has a slot is sent. */
  stop(): void;
  /**
   * Resolves when none is under way. What waits for the record is given up after a while.
   * @param withinMs real time
   */
  drain(withinMs: number): Promise<void>;
}

type DispatchJob = (taken: ClaimedJob) => Promise<DispatchOutcome>;

const createDispatchJob =
  (deps: DispatchDeps): DispatchJob =>
  async (taken) => {
    const done = await dispatch(deps, taken);
    const reason = 'reason' in done ? { reason: done.reason } : {};
    deps.log.info('dispatched', { training_id: taken.trainingId, outcome: done.kind, ...reason });
    return done;
  };

export const createDispatchLoop = ({ deps, consumer, canDispatch, onError }: DispatchLoopOptions): DispatchLoop => {
  const underWay = new Map<Promise<void>, string>();
  const rest = createStoreBackoff(deps.clock);
  const leaving = new AbortController();
  const ending = new AbortController();
  const see = createDispatchJob({ ...deps, softStop: leaving.signal, hardStop: ending.signal });
  const start = (taken: ClaimedJob): void => {
    const work = see(taken)
      .then(rest.recordOutcome, onError)
      .finally(() => underWay.delete(work));
    underWay.set(work, taken.trainingId);
  };
  return {
    run: async () => {
      while (rest.canClaim(underWay.size) && (await canDispatch())) {
        const taken = await consumer.claim();
        if (!taken) return true;
        start(taken);
      }
      return false;
    },
    adopt: (taken) => {
      if (![...underWay.values()].includes(taken.trainingId)) start(taken);
    },
    stop: () => leaving.abort(),
    drain: async (withinMs) => {
      const timer = setTimeout(() => ending.abort(), withinMs);
      while (underWay.size > 0) await Promise.all(underWay.keys());
      clearTimeout(timer);
    },
  };
};
