import { type Backoff, calculateBackoffMs, type Failure } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { closeGate, withdrawProbeRun } from '../gate/gate.ts';
import { toPreparationGate } from '../gate/streaks.ts';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';
import type { ClaimedJob } from '../ports/training-queue.ts';
import type { EventRecord } from '../ports/training-store/index.ts';

/** Why a training cannot be prepared now although no fault of the training is known. */
export interface SnoozeReason {
  readonly reason: string;
  /**
   * `unavailable`: the object store may answer soon. `refused`: the object store refuses every write until an operator
   * acts. `unknown`: an unexpected error.
   */
  readonly cause: 'unavailable' | 'refused' | 'unknown';
}

const SNOOZE_BACKOFF: Backoff = { firstMs: 30_000, maxMs: 10 * 60_000 };
/** The time after which an unavailable object store needs attention. */
const ATTENTION_AFTER_MS = 10 * 60_000;
/** The latest events that are searched for earlier snoozes: more than the snoozes of 10 min. */
const EVENTS_READ = 60;

/** Events between two snoozes that do not end the series: no preparation was tried for them. */
const IGNORED_EVENT_TYPES: ReadonlySet<EventRecord['type']> = new Set([
  'priority_changed',
  'attention_raised',
  'attention_cleared',
]);

/**
 * Delays the training for 30 s, doubled at each snooze in a row up to 10 min, without using an attempt. The effect of
 * the save delays the job. The training needs attention at once for the causes `refused` and `unknown`, and after
 * 10 min for `unavailable`. The cause `refused` also closes the gate until a probe of the object store succeeds.
 */
export async function snooze(
  deps: AdvanceDeps & Pick<Deps, 'clock'>,
  job: ClaimedJob,
  { reason, cause }: SnoozeReason,
): Promise<void> {
  const { trainingId } = job;
  deps.log.warn('preparation_snoozed', { training_id: trainingId, reason, cause });
  const snoozes = await listConsecutiveSnoozes(deps, trainingId);
  const at = deps.clock.now();
  const base = { at, cause: 'dispatcher', reason } as const;
  const waitedMs = at - (snoozes[0]?.at ?? at);
  if (cause !== 'unavailable' || waitedMs >= ATTENTION_AFTER_MS)
    await advance(deps, trainingId, (now) =>
      now.status === 'queued' ? { ...base, type: 'attention_raised' } : undefined,
    );
  const delayMs = calculateBackoffMs(SNOOZE_BACKOFF, snoozes.length);
  await advance(deps, trainingId, {
    ...base,
    type: 'preparation_snoozed',
    notBefore: at + delayMs,
    lockToken: getCurrentLockToken(job),
  });
  if (cause === 'refused') await closeGate(deps, { reason, reopensWhen: 'store_probe' });
}

/** The interval in which the next training tries the step that closed the gate. */
const STEP_RETRY_MS = 60_000;

/**
 * Closes the gate and returns a queued training to the queue, whose failure before submission belongs to a streak: the
 * cause is in the object store or the templates. The gate is closed first, so that a crash in between loses neither.
 */
export async function snoozeForGate(
  deps: AdvanceDeps & Pick<Deps, 'clock'>,
  job: ClaimedJob,
  { message }: Failure,
): Promise<void> {
  const at = deps.clock.now();
  await closeGate(deps, toPreparationGate(message, at));
  await withdrawProbeRun(deps);
  await advance(deps, job.trainingId, {
    type: 'preparation_snoozed',
    at,
    cause: 'dispatcher',
    reason: message,
    notBefore: at + STEP_RETRY_MS,
    lockToken: getCurrentLockToken(job),
  });
}

/** The snoozes since the last other event, oldest first. */
async function listConsecutiveSnoozes(
  { store }: Pick<Deps, 'store'>,
  trainingId: string,
): Promise<readonly EventRecord[]> {
  const { rev = 0 } = (await store.load(trainingId)) ?? {};
  const events = await store.listEvents(trainingId, Math.max(0, rev - EVENTS_READ));
  const tries = events.filter(({ type }) => !IGNORED_EVENT_TYPES.has(type));
  return tries.slice(tries.findLastIndex(({ type }) => type !== 'preparation_snoozed') + 1);
}

/** The lock token of the job in the queue: an adopted job has its previous token until the start script replaces it. */
export function getCurrentLockToken(job: ClaimedJob): string {
  return job.previousLockToken ?? job.lockToken;
}
