import {
  type Attempt,
  calculateAttemptDeadline,
  type Queued,
  type Training,
  transition,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { StoreUnavailableError } from '../errors.ts';
import {
  type AdvanceDeps,
  advance,
  perform,
  retryUntilSaved,
  type ShutdownSignals,
  sleepUnlessAborted,
} from '../lifecycle/advance.ts';
import { getSubmitWindowMs, isDue } from '../lifecycle/timeouts.ts';
import type { ClaimedJob } from '../ports/training-queue.ts';
import type { StartResult } from '../ports/training-store/index.ts';
import type { DispatchOutcome } from './outcome.ts';
import { getCurrentLockToken } from './snooze.ts';

type AcquireSlotDeps = AdvanceDeps & ShutdownSignals & Pick<Deps, 'clock'>;
type Aborted = Extract<DispatchOutcome, { kind: 'aborted' }>;

/** A prepared attempt and the job that it holds. */
export interface ReadyJob {
  readonly job: ClaimedJob;
  readonly attempt: Attempt;
}

/** An acquired slot, or the outcome of a dispatch without a slot. */
export type SlotResult =
  /** `since`: monotonic ms just before the save. The request may be sent within the submit window after it. */
  | { readonly kind: 'acquired'; readonly since: number }
  | Extract<DispatchOutcome, { kind: 'held' | 'aborted' | 'skipped' }>;

const START_RETRY_MS = 100;
const MAX_STALE_READS = 5;

/**
 * Saves the start of the attempt, which acquires its slot. A change of the training that leaves it queued (a priority,
 * an attention mark) is read and the start is tried again, at most 5 times, without a new preparation.
 */
export async function acquireSlot(
  deps: AcquireSlotDeps,
  before: Queued,
  ready: ReadyJob,
): Promise<SlotResult> {
  const { attempt } = ready;
  let queued = before;
  for (let reads = 0; reads < MAX_STALE_READS; reads += 1) {
    const { result, since } = await tryStart(deps, queued, ready);
    if (result === 'started') return { kind: 'acquired', since };
    if (result === 'unanswered')
      return { kind: 'aborted', attempt, reason: 'Redis did not confirm the start within the submit window' };
    if (result === 'over_batch_budget') return { kind: 'held', attempt };
    if (result !== 'stale') return skip(result);
    const now = await deps.store.load(before.id);
    if (!now) return skip('unknown');
    if (isSameStart(now, attempt))
      return { kind: 'aborted', attempt, reason: 'the training changed before the request was sent' };
    if (now.status !== 'queued') return skip('not_queued');
    if (!isDue(now, deps.clock.now())) return skip('not_due');
    queued = now;
  }
  return skip('stale');
}

function skip(
  reason: Extract<DispatchOutcome, { kind: 'skipped' }>['reason'],
): Extract<DispatchOutcome, { kind: 'skipped' }> {
  return { kind: 'skipped', reason, prepared: true };
}

/**
 * Reverts a start after which no request was sent. A saved start returns the training to the queue without using an
 * attempt. A start that was not saved, but may still arrive at Redis, is made stale by a new revision. Retries until
 * saved: no other process can know that no run exists.
 */
export function abortStart(
  deps: AcquireSlotDeps,
  job: ClaimedJob,
  { attempt, reason }: Pick<Aborted, 'attempt' | 'reason'>,
): Promise<Training> {
  const ids = { training_id: job.trainingId, attempt: attempt.number };
  return retryUntilSaved(deps, ids, () =>
    advance(deps, job.trainingId, (now) => {
      const base = { at: deps.clock.now(), cause: 'dispatcher', reason } as const;
      if (isSameStart(now, attempt)) return { ...base, type: 'submission_not_sent', attempt: attempt.number };
      if (now.status !== 'queued' || now.attemptsStarted >= attempt.number) return undefined;
      return {
        ...base,
        type: 'preparation_snoozed',
        notBefore: base.at,
        lockToken: getCurrentLockToken(job),
      };
    }),
  );
}

/** Whether this very start is saved: the nonce belongs to a single attempt of a single dispatch. */
function isSameStart(training: Training, { nonce }: Attempt): boolean {
  return (
    (training.status === 'submitting' || training.status === 'unconfirmed') &&
    training.attempt.nonce === nonce
  );
}

/** The attempt's deadline and timeouts count from the start, not from the preparation. */
function withStartTime(attempt: Attempt, at: number): Attempt {
  return {
    ...attempt,
    startedAt: at,
    attemptDeadline: calculateAttemptDeadline(at, attempt.ttlMs),
  };
}

interface StartOutcome {
  readonly result: StartResult | 'unanswered';
  readonly since: number;
}

/** Calls the start script, again after a lost reply: the nonce makes the repetition safe within the submit window. */
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
      if (result === 'started') await perform(deps, training, effects);
      return { result, since };
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      deps.log.warn('start_retried', { training_id: training.id, attempt: attempt.number, error });
      const waited = await sleepUnlessAborted(deps, deps.clock.realMs(START_RETRY_MS));
      if (!waited || deps.clock.monotonic() - since > getSubmitWindowMs(deps.clock))
        return { result: 'unanswered', since };
    }
  }
}
