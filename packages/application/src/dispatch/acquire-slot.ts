import {
  type Attempt,
  calculateAttemptDeadline,
  type Obligation,
  type Queued,
  type Training,
  transition,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';
import { retryUntilSaved, type ShutdownSignals, sleepUnlessAborted } from '../lifecycle/retry-until-saved.ts';
import { getSubmitWindowMs, isDue } from '../lifecycle/timeouts.ts';
import type { StartResult } from '../ports/store-results.ts';
import type { ClaimedJob } from '../ports/training-consumer.ts';
import { StoreUnavailableError } from '../ports/training-store.ts';

type AcquireSlotDeps = AdvanceDeps & ShutdownSignals & Pick<Deps, 'clock'>;

/** A training that is ready to be sent, and by whom. */
export interface ReadyJob {
  readonly job: ClaimedJob;
  readonly attempt: Attempt;
}

/** What became of the wish for a slot. */
export type SlotResult =
  | {
      readonly kind: 'acquired';
      readonly training: Training;
      readonly effects: readonly Obligation[];
      /** Monotonic, before the save: how old it is decides whether the call may still go out. */
      readonly since: number;
    }
  /** Saved or not, it took too long to learn; nothing was sent, and the record knows. */
  | { readonly kind: 'not_submitted'; readonly training: Training }
  | {
      readonly kind: 'refused';
      readonly reason: Exclude<StartResult, 'started'> | 'not_queued' | 'not_due' | 'unknown' | 'held';
    };

const REPEAT_AFTER_MS = 100;
const MAX_STALE_READS = 5;

/**
 * Saves the start of the attempt and takes its slot. Somebody else's change of a training that still waits (its
 * priority, a mark) is no reason to prepare it anew.
 */
export async function acquireSlot(
  deps: AcquireSlotDeps,
  before: Queued,
  ready: ReadyJob,
): Promise<SlotResult> {
  let queued = before;
  for (let reads = 0; reads < MAX_STALE_READS; reads += 1) {
    const { result, ...slot } = await tryStart(deps, queued, ready);
    if (result === 'started') return slot;
    if (result === 'unanswered')
      return {
        kind: 'not_submitted',
        training: await abortStart(deps, ready, 'the record did not answer in time'),
      };
    if (result !== 'stale') return { kind: 'refused', reason: result };
    const now = await deps.store.load(before.id);
    if (!now) return { kind: 'refused', reason: 'unknown' };
    if (isSameStart(now, ready.attempt))
      return {
        kind: 'not_submitted',
        training: await abortStart(deps, ready, 'it changed before it was sent'),
      };
    if (now.status !== 'queued') return { kind: 'refused', reason: 'not_queued' };
    if (!isDue(now, deps.clock.now())) return { kind: 'refused', reason: 'not_due' };
    queued = now;
  }
  return { kind: 'refused', reason: 'stale' };
}

/** A start that this process alone knows not to have been followed by a call. */
export function abortStart(
  deps: AcquireSlotDeps,
  { job, attempt }: ReadyJob,
  reason: string,
): Promise<Training> {
  const ids = { training_id: job.trainingId, attempt: attempt.number };
  return retryUntilSaved(deps, ids, () =>
    advance(deps, job.trainingId, (now) => {
      const base = { at: deps.clock.now(), cause: 'dispatcher', reason } as const;
      if (isSameStart(now, attempt)) return { ...base, type: 'submission_not_sent', attempt: attempt.number };
      if (now.status !== 'queued' || now.attemptsStarted >= attempt.number) return undefined;
      // A start that is still on its way finds another revision then.
      const lockToken = job.previousLockToken ?? job.lockToken;
      return { ...base, type: 'preparation_snoozed', notBefore: base.at, lockToken };
    }),
  );
}

function isSameStart(training: Training, { nonce }: Attempt): boolean {
  return (
    (training.status === 'submitting' || training.status === 'unconfirmed') &&
    training.attempt.nonce === nonce
  );
}

/** The moment of the start counts for `dead_by` and for every patience, not that of the preparation. */
function withStartTime(attempt: Attempt, at: number): Attempt {
  return {
    ...attempt,
    startedAt: at,
    attemptDeadline: calculateAttemptDeadline(at, attempt.ttlMs),
  };
}

type StartOutcome = Extract<SlotResult, { kind: 'acquired' }> & {
  readonly result: StartResult | 'unanswered';
};

/** The nonce makes it safe to ask again when the reply was lost, as long as the call could still go out. */
async function tryStart(
  deps: AcquireSlotDeps,
  before: Queued,
  { job, attempt }: ReadyJob,
): Promise<StartOutcome> {
  const at = deps.clock.now();
  const event = {
    type: 'submission_started',
    at,
    cause: 'dispatcher',
    attempt: withStartTime(attempt, at),
  } as const;
  const { training, effects } = transition(before, event);
  const from = {
    before,
    ...(job.previousLockToken !== undefined && { previousLockToken: job.previousLockToken }),
  };
  const since = deps.clock.monotonic();
  for (;;) {
    try {
      const result = await deps.store.start(training, event, from);
      return { kind: 'acquired', result, training, effects, since };
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      deps.log.warn('start_retried', { training_id: training.id, attempt: attempt.number, error });
      const waited = await sleepUnlessAborted(deps, deps.clock.realMs(REPEAT_AFTER_MS));
      if (!waited || deps.clock.monotonic() - since > getSubmitWindowMs(deps.clock))
        return { kind: 'acquired', result: 'unanswered', training, effects, since };
    }
  }
}
