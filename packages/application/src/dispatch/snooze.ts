import type { Queued, Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';
import { jobNameOf } from '../lifecycle/perform.ts';
import type { Taken } from '../ports/training-consumer.ts';
import type { EventRecord } from '../ports/training-store.ts';

/** Why a training cannot be prepared now, though nothing is known to be wrong with it. */
export interface NotNow {
  readonly reason: string;
  /** `away`: it may answer soon; `refused`: it will not by itself; `unknown`: none of the faults that we know. */
  readonly cause: 'away' | 'refused' | 'unknown';
}

const FIRST_MS = 30_000;
const LONGEST_MS = 10 * 60_000;
/** When a person is told of a store that is away (SPEC §2). */
const PATIENCE_MS = 10 * 60_000;
/** Enough of its last events to tell for how long it has been waiting for the same thing. */
const EVENTS_READ = 60;

/** What may come between without anyone having tried anything else. */
const ASIDE: ReadonlySet<EventRecord['type']> = new Set([
  'priority_changed',
  'attention_raised',
  'attention_settled',
]);

const postponedInARow = (events: readonly EventRecord[]): readonly EventRecord[] => {
  const tried = events.filter(({ type }) => !ASIDE.has(type));
  const last = tried.findLastIndex(({ type }) => type !== 'preparation_postponed');
  return tried.slice(last + 1);
};

/** The lock under which the job lies in the queue: an adopted one still has the one that was found. */
export const heldUnder = (taken: Taken): string => taken.adoptedFrom ?? taken.jobToken;

/**
 * Lets the training wait, longer each time; a person is told at once of what will not pass by itself, and after a
 * while of the rest.
 */
export const postpone = async (
  deps: AdvanceDeps & Pick<Deps, 'clock'>,
  taken: Taken,
  { rev }: Queued,
  why: NotNow,
): Promise<Training> => {
  const { trainingId } = taken;
  const before = postponedInARow(await deps.store.events(trainingId, Math.max(0, rev - EVENTS_READ)));
  const at = deps.clock.now();
  const news = { at, cause: 'dispatcher', reason: why.reason } as const;
  const waitedMs = at - (before[0]?.at ?? at);
  if (why.cause !== 'away' || waitedMs >= PATIENCE_MS)
    await advance(deps, trainingId, (now) =>
      now.status === 'queued' ? { ...news, type: 'attention_raised' } : undefined,
    );
  const waitMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(before.length, 10));
  return advance(deps, trainingId, {
    ...news,
    type: 'preparation_postponed',
    notBefore: at + waitMs,
    lockToken: heldUnder(taken),
  });
};

/** Gives the job back to the line without a word in the record: it was not its turn. */
export const putBack = (deps: Pick<Deps, 'queue' | 'clock'>, taken: Taken, training: Queued): Promise<void> =>
  deps.queue.postpone(taken.trainingId, {
    name: jobNameOf(training),
    priority: training.priority,
    jobToken: heldUnder(taken),
    notBefore: training.notBefore ?? deps.clock.now(),
  });
