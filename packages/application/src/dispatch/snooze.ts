import type { Queued, Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';
import { toJobName } from '../lifecycle/perform.ts';
import type { ClaimedJob } from '../ports/training-consumer.ts';
import type { EventRecord } from '../ports/training-store.ts';

/** Why a training cannot be prepared now, though nothing is known to be wrong with it. */
export interface SnoozeReason {
  readonly reason: string;
  /** `away`: it may answer soon; `refused`: it will not by itself; `unknown`: none of the faults that we know. */
  readonly cause: 'unavailable' | 'refused' | 'unknown';
}

const FIRST_SNOOZE_MS = 30_000;
const MAX_SNOOZE_MS = 10 * 60_000;
/** When a person is told of a store that is away (SPEC §2). */
const ATTENTION_AFTER_MS = 10 * 60_000;
/** Enough of its last events to tell for how long it has been waiting for the same thing. */
const EVENTS_READ = 60;

/** What may come between without anyone having tried anything else. */
const IGNORED_EVENT_TYPES: ReadonlySet<EventRecord['type']> = new Set([
  'priority_changed',
  'attention_raised',
  'attention_cleared',
]);

/**
 * Lets the training wait, longer each time; a person is told at once of what will not pass by itself, and after a
 * while of the rest.
 */
export async function snooze(
  deps: AdvanceDeps & Pick<Deps, 'clock'>,
  job: ClaimedJob,
  { rev }: Queued,
  snoozeReason: SnoozeReason,
): Promise<Training> {
  const { trainingId } = job;
  const before = getConsecutiveSnoozes(
    await deps.store.listEvents(trainingId, Math.max(0, rev - EVENTS_READ)),
  );
  const at = deps.clock.now();
  const base = { at, cause: 'dispatcher', reason: snoozeReason.reason } as const;
  const waitedMs = at - (before[0]?.at ?? at);
  if (snoozeReason.cause !== 'unavailable' || waitedMs >= ATTENTION_AFTER_MS)
    await advance(deps, trainingId, (now) =>
      now.status === 'queued' ? { ...base, type: 'attention_raised' } : undefined,
    );
  const waitMs = Math.min(MAX_SNOOZE_MS, FIRST_SNOOZE_MS * 2 ** Math.min(before.length, 10));
  return advance(deps, trainingId, {
    ...base,
    type: 'preparation_snoozed',
    notBefore: at + waitMs,
    lockToken: getCurrentLockToken(job),
  });
}

function getConsecutiveSnoozes(events: readonly EventRecord[]): readonly EventRecord[] {
  const tried = events.filter(({ type }) => !IGNORED_EVENT_TYPES.has(type));
  const last = tried.findLastIndex(({ type }) => type !== 'preparation_snoozed');
  return tried.slice(last + 1);
}

/** The lock under which the job lies in the queue: an adopted one still has the one that was found. */
export function getCurrentLockToken(job: ClaimedJob): string {
  return job.previousLockToken ?? job.lockToken;
}

/** Gives the job back to the line without a word in the record: it was not its turn. */
export function requeue(
  deps: Pick<Deps, 'queue' | 'clock'>,
  job: ClaimedJob,
  training: Queued,
): Promise<void> {
  return deps.queue.requeue(job.trainingId, {
    name: toJobName(training),
    priority: training.priority,
    lockToken: getCurrentLockToken(job),
    notBefore: training.notBefore ?? deps.clock.now(),
  });
}
