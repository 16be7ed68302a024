import { setTimeout as wait } from 'node:timers/promises';
import {
  type Backoff,
  calculateBackoffMs,
  type Obligation,
  type Training,
  type TrainingEvent,
  transition,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { StoreUnavailableError, TrainingNotFoundError } from '../errors.ts';
import { toStreakChanges } from '../gate/streaks.ts';
import { CREATE_DELIVERIES_JOB } from '../ports/notifications/index.ts';
import type { JobResult } from '../ports/training-queue.ts';
import { getRun, RunBelongsToAnotherError } from './revision.ts';
import { getNextPollMs } from './timeouts.ts';
/** The ports of a change and its effects. */
export type AdvanceDeps = PerformDeps & Pick<Deps, 'store'>;

/** An event, or a function that derives the event from the current training; undefined leaves the training unchanged. */
export type EventInput = TrainingEvent | ((training: Training) => TrainingEvent | undefined);

/**
 * Changes a training; the only writer of trainings besides accept and recovery (docs/concepts/lifecycle.md). It loads
 * the training, applies the event, saves by compare-and-swap on the revision together with the event, and performs the
 * effects. After a stale save it loads and decides again. An event that exceeds the batch budget, or that belongs to a
 * streak that closes the gate, has no effect. A training whose run a different attempt owns by the provider's answer
 * returns that run instead; a cancel request is then applied to the returned training.
 * Throws TrainingNotFoundError, RunBelongsToAnotherError when the event names the run of a different attempt, and
 * StoreUnavailableError when Redis is unavailable.
 * @returns the training after the change
 */
export async function advance(deps: AdvanceDeps, id: string, input: EventInput): Promise<Training> {
  for (;;) {
    const before = await deps.store.load(id);
    if (!before) throw new TrainingNotFoundError(id);
    const event = typeof input === 'function' ? input(before) : input;
    if (!event) return before;
    const { moved, training, effects } = transition(before, event);
    if (!moved) return before;
    const streaks = toStreakChanges(deps, { before, training, event });
    const result = await deps.store.save(training, event, before, streaks);
    if (result === 'stale') continue;
    if (result === 'run_belongs_to_another') {
      const returned = await advance(deps, id, toReturnedRun(before, event));
      // A cancel request concerns the training rather than its run.
      if (event.type === 'cancel_requested') continue;
      return returned;
    }
    if (result !== 'saved') return before;
    if (streaks.some(({ add }) => add)) await logClosedGate(deps, event.at);
    logTransition(deps, before, training, event);
    await perform(deps, training, effects);
    return training;
  }
}

/** Logs a gate that the save closed. The gate itself is saved; only its log event depends on this read. */
async function logClosedGate(deps: AdvanceDeps, at: number): Promise<void> {
  const control = await deps.store.getControl().catch(() => undefined);
  if (control?.gate?.since === at) deps.log.error('gate_closed', { reason: control.gate.reason });
}

/** The event with which a training returns the run that it lost. Throws RunBelongsToAnotherError for a new run. */
function toReturnedRun(before: Training, event: TrainingEvent): TrainingEvent {
  const run = getRun(before);
  const named = 'runId' in event ? event.runId : undefined;
  const isNew = event.type === 'submission_accepted' || event.type === 'run_orphaned';
  if (!run || isNew) throw new RunBelongsToAnotherError(named ?? run?.runId ?? '');
  const { at, cause } = event;
  return { type: 'run_claimed_twice', at, cause, attempt: run.number, runId: run.runId };
}

function logTransition(deps: AdvanceDeps, before: Training, after: Training, event: TrainingEvent): void {
  if (before.status === after.status) return;
  deps.log.info(event.type, {
    training_id: after.id,
    from: before.status,
    to: after.status,
    cause: event.cause,
    ...('attempt' in after && after.attempt && { attempt: after.attempt.number }),
  });
}

/** The ports of the effects. */
export type PerformDeps = Pick<
  Deps,
  'queue' | 'reconcileJobs' | 'deliveryJobs' | 'clock' | 'log' | 'settings'
>;

/**
 * Performs the effects of a training in order. A failed effect is logged as `effect_failed`; the sweep performs it
 * again within 30 s. Never throws.
 */
export async function perform(
  deps: PerformDeps,
  training: Training,
  effects: readonly Obligation[],
): Promise<void> {
  for (const obligation of effects) {
    try {
      await performEffect(deps, training, obligation);
    } catch (error) {
      deps.log.warn('effect_failed', { training_id: training.id, obligation: obligation.kind, error });
    }
  }
}

/** The job name of a training on Bull Board, for example `actor 0001`. */
export function toJobName(training: Training): string {
  return `${training.request.subject.kind} ${training.request.subject.id}`;
}

/** The result of an ended training's job on Bull Board. */
export function toJobResult(training: Training): JobResult {
  return {
    status: training.status,
    ...(training.status === 'completed' && { model: training.model.loraUrl }),
    ...('failure' in training && { failure: training.failure.message }),
  };
}

function enqueueTraining(
  deps: PerformDeps,
  training: Training,
  { priority, notBefore, lockToken }: Extract<Obligation, { kind: 'enqueue' }>,
): Promise<void> {
  const options = { name: toJobName(training), priority };
  if (lockToken !== undefined)
    return deps.queue.requeue(training.id, {
      ...options,
      lockToken,
      notBefore: notBefore ?? deps.clock.now(),
    });
  return deps.queue.enqueue(training.id, { ...options, ...(notBefore !== undefined && { notBefore }) });
}

function performEffect(deps: PerformDeps, training: Training, obligation: Obligation): Promise<void> {
  switch (obligation.kind) {
    case 'enqueue':
      return enqueueTraining(deps, training, obligation);
    case 'poll': {
      const delayMs = getNextPollMs(training, deps.clock.now(), deps.settings.pollIntervalMs) ?? 0;
      return deps.reconcileJobs.schedule(training.id, { delayMs });
    }
    case 'cancel_run':
    case 'cancel_orphans':
    case 'finalize':
    case 'write_manifest':
      return deps.reconcileJobs.runNow(training.id);
    case 'notify':
      return deps.deliveryJobs.runNow(CREATE_DELIVERIES_JOB);
    case 'release_slot':
      return deps.queue.finish(training.id, obligation.lockToken, toJobResult(training));
  }
}

/** The signals of a process that is shutting down. */
export interface ShutdownSignals {
  /** Shutdown was requested: no further slot is acquired. */
  readonly softStop?: AbortSignal;
  /** The process ends now: unlimited retries are given up. */
  readonly hardStop?: AbortSignal;
}

/** In real ms, also when the clock of trainings is accelerated: the retry depends on Redis alone. */
const SAVE_BACKOFF: Backoff = { firstMs: 50, maxMs: 2_000 };

/**
 * Retries a save while Redis is unavailable, with a backoff of 50 ms … 2 s real time and no limit. Meant for a fact
 * that no other process knows. `save` must be idempotent.
 * Throws StoreUnavailableError when `hardStop` aborts first, and any other error of `save` at once.
 */
export async function retryUntilSaved<T>(
  deps: Pick<Deps, 'log'> & ShutdownSignals,
  ids: Readonly<Record<string, unknown>>,
  save: () => Promise<T>,
): Promise<T> {
  for (let times = 0; ; times += 1) {
    try {
      return await save();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      deps.log.warn('save_retried', { ...ids, error });
      if (!(await sleepUnlessAborted(deps, calculateBackoffMs(SAVE_BACKOFF, times)))) throw error;
    }
  }
}

/**
 * Sleeps until the time has passed or `hardStop` aborts.
 * @param ms real ms
 * @returns false when `hardStop` aborted
 */
export async function sleepUnlessAborted({ hardStop }: ShutdownSignals, ms: number): Promise<boolean> {
  if (hardStop?.aborted) return false;
  return wait(ms, true, { ...(hardStop && { signal: hardStop }) }).catch(() => false);
}
