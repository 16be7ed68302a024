import {
  type ClaimedJob,
  type Clock,
  checkEpoch,
  type Deps,
  type DispatchControl,
  type DispatchDeps,
  type DispatchOutcome,
  dispatch,
  getBudgetStop,
  isBehind,
  type TrainingConsumer,
} from '@trainyard/application';
import { type Backoff, calculateBackoffMs } from '@trainyard/domain';

/** The ports of the loop. */
export interface DispatchLoopOptions {
  readonly deps: Deps;
  readonly consumer: Pick<TrainingConsumer, 'claim'>;
  /** Checked before every claim. */
  readonly canDispatch: () => Promise<boolean>;
  /** Receives the error of a dispatch that threw. The loop continues. */
  readonly onError: (error: unknown) => void;
}

/** Claims jobs and dispatches their trainings concurrently. */
export interface DispatchLoop {
  /** Claims jobs until the queue is empty or dispatch is not allowed. @returns whether the queue is empty */
  run(): Promise<boolean>;
  /** Dispatches an orphaned job, unless this process is dispatching its training already. */
  adopt(job: ClaimedJob): void;
  /** Ends the acquisition of slots: a training in preparation is requeued, and a training with a slot is submitted. */
  stop(): void;
  /**
   * Resolves when no dispatch is in flight. Retries of unsaved results are given up after `withinMs`.
   * @param withinMs real ms
   */
  drain(withinMs: number): Promise<void>;
}

/** Creates a loop without jobs in flight. */
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
  const dispatchDeps = { ...deps, softStop: softStop.signal, hardStop: hardStop.signal };
  const startJob = (job: ClaimedJob): void => {
    const work = dispatchAndLog(dispatchDeps, job)
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

async function dispatchAndLog(deps: DispatchDeps, job: ClaimedJob): Promise<DispatchOutcome> {
  const outcome = await dispatch(deps, job);
  const reason = outcome.kind === 'skipped' ? { reason: outcome.reason } : {};
  deps.log.info('dispatched', { training_id: job.trainingId, outcome: outcome.kind, ...reason });
  return outcome;
}

/** Limits claims while the object store, which every preparation needs, is unavailable. */
export interface StoreBackoff {
  /** Returns whether a job may be claimed: during a backoff a single training at a time, after the delay. */
  canClaim(inFlight: number): boolean;
  /** Starts or extends the backoff after a snooze for the object store, and ends it after a prepared training. */
  recordOutcome(outcome: DispatchOutcome): void;
}

const CLAIM_BACKOFF: Backoff = { firstMs: 5_000, maxMs: 60_000 };

/** The outcomes of a training whose preparation reached the object store. */
const PREPARED_OUTCOMES: ReadonlySet<DispatchOutcome['kind']> = new Set(['submitted', 'aborted', 'failed']);

/**
 * Creates a backoff of 5 s, doubled per failure up to 60 s. Without it a dispatcher would claim and snooze every queued
 * training while the object store is unavailable.
 */
export function createStoreBackoff(clock: Pick<Clock, 'monotonic'>): StoreBackoff {
  let failures = 0;
  let until = 0;
  const backOff = (): void => {
    // Concurrent trainings that met the same failure count once.
    if (failures > 0 && clock.monotonic() < until) return;
    until = clock.monotonic() + calculateBackoffMs(CLAIM_BACKOFF, failures);
    failures += 1;
  };
  return {
    canClaim: (inFlight) => failures === 0 || (inFlight === 0 && clock.monotonic() >= until),
    recordOutcome: (outcome) => {
      if (outcome.kind === 'snoozed' && outcome.cause !== 'unknown') backOff();
      if (PREPARED_OUTCOMES.has(outcome.kind)) failures = 0;
    },
  };
}

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

/**
 * Creates a guard that allows no dispatch until its first verification and the check of the object store, nor from a Redis
 * that lost data.
 */
export function createDispatchGuard(
  deps: Pick<Deps, 'store' | 'objects' | 'storeHealth' | 'ids' | 'log' | 'budgets' | 'settings' | 'clock'>,
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
      return open && isCurrent && deps.storeHealth.hasPassed() && isWithinBudget();
    },
  };
}
