import {
  type ClaimedJob,
  type Deps,
  type DispatchDeps,
  type DispatchOutcome,
  dispatch,
  type TrainingConsumer,
} from '@trainyard/application';
import { createStoreBackoff } from './store-backoff.ts';

export interface DispatchLoopOptions {
  readonly deps: Deps;
  readonly consumer: Pick<TrainingConsumer, 'claim'>;
  readonly canDispatch: () => Promise<boolean>;
  readonly onError: (error: unknown) => void;
}

/** Takes trainings from the line and sees each of them off. */
export interface DispatchLoop {
  /** Takes as many as the line gives. @returns whether it may be asked again */
  run(): Promise<boolean>;
  /** Sees off one whose job was abandoned, unless this process is busy with it. */
  adopt(job: ClaimedJob): void;
  /** From now on nothing takes a slot: what is being prepared goes back into the line, what has a slot is sent. */
  stop(): void;
  /**
   * Resolves when none is under way. What waits for the record is given up after a while.
   * @param withinMs real time
   */
  drain(withinMs: number): Promise<void>;
}

type DispatchJob = (job: ClaimedJob) => Promise<DispatchOutcome>;

export function createDispatchLoop({
  deps,
  consumer,
  canDispatch,
  onError,
}: DispatchLoopOptions): DispatchLoop {
  const inFlight = new Map<Promise<void>, string>();
  const storeBackoff = createStoreBackoff(deps.clock);
  const softStop = new AbortController();
  const hardStop = new AbortController();
  const dispatchJob = createDispatchJob({ ...deps, softStop: softStop.signal, hardStop: hardStop.signal });
  const startJob = (job: ClaimedJob): void => {
    const work = dispatchJob(job)
      .then(storeBackoff.recordOutcome, onError)
      .finally(() => inFlight.delete(work));
    inFlight.set(work, job.trainingId);
  };
  return {
    run: async () => {
      while (storeBackoff.canClaim(inFlight.size) && (await canDispatch())) {
        const job = await consumer.claim();
        if (!job) return true;
        startJob(job);
      }
      return false;
    },
    adopt: (job) => {
      if (![...inFlight.values()].includes(job.trainingId)) startJob(job);
    },
    stop: () => softStop.abort(),
    drain: async (withinMs) => {
      const timer = setTimeout(() => hardStop.abort(), withinMs);
      while (inFlight.size > 0) await Promise.all(inFlight.keys());
      clearTimeout(timer);
    },
  };
}

function createDispatchJob(deps: DispatchDeps): DispatchJob {
  return async (job) => {
    const outcome = await dispatch(deps, job);
    const reason = 'reason' in outcome ? { reason: outcome.reason } : {};
    deps.log.info('dispatched', { training_id: job.trainingId, outcome: outcome.kind, ...reason });
    return outcome;
  };
}
