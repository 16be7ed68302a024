import { holdsSlot, obligations, type Training, transition } from '@trainyard/domain';
import type { Deps } from '../../deps.ts';
import { type PerformDeps, perform } from '../../lifecycle/perform.ts';
import { endOtherwise, lead } from '../backup/freshness.ts';
import { laterVersion, type RebornDeps, reborn } from './rebuild-training.ts';
import type { Refusals } from '../backup/refusals.ts';

export type PutBackDeps = PerformDeps & RebornDeps & Pick<Deps, 'store'>;

/** What recovery did with a training, or would do. */
export interface Recovered {
  readonly trainingId: string;
  readonly action: 'requeued' | 'doubted' | 'restored' | 'known';
  readonly status: Training['status'];
}

/** How a recovery goes about it. */
export interface Manner {
  readonly dryRun: boolean;
  readonly withoutUnreadable: boolean;
  /** Whether the record is not the living one: then even what it knows may be older than the history. */
  readonly isLost: boolean;
  readonly refusals: Refusals;
}

const actionOf = (training: Training): Recovered['action'] => {
  if (training.status === 'queued') return 'requeued';
  return training.status === 'unconfirmed' ? 'doubted' : 'restored';
};

/** One whose attempt was begun or ended since the old copy has no business in the line. */
const hasJob = (training: Training): boolean =>
  holdsSlot(training) || (training.status === 'queued' && training.hold === undefined);

/**
 * So many revisions further on, what is put back cannot be taken for one that a process still holds in its hands, read
 * from what is gone: the journal is told of no progress, and a run may tell of it every second for a week.
 */
const REVISIONS_APART = 10_000_000;

/** No writer who read the copy that is replaced may take this one for it; and the history is told which end stands. */
const inPlaceOf = (held: Training | undefined, training: Training): Training => ({
  ...training,
  rev: Math.max(training.rev, held?.rev ?? 0) + REVISIONS_APART,
  ...(held && endOtherwise(held, training) && { recorded: false }),
});

/** A person's wish that only the copy in hand knows is not forgotten with it: the run would be paid to its end. */
const wishOf = (held: Training | undefined, training: Training): Training => {
  const wish = held?.cancelRequested;
  if (!wish || training.cancelRequested) return training;
  return transition(training, { type: 'cancel_requested', cause: 'person', ...wish }).training;
};

interface Choice {
  readonly held: Training | undefined;
  /** What the training is to be; undefined when it is so already. */
  readonly next: Training | undefined;
}

/**
 * Between what Redis holds and what the journal and the history tell.
 * @returns nothing when its history cannot be read, unless a person said that this is no matter
 */
const choiceFor = async (
  deps: PutBackDeps,
  journalled: Training,
  { isLost, withoutUnreadable, refusals }: Manner,
): Promise<Choice | undefined> => {
  const held = await deps.store.load(journalled.id);
  const newest = held && lead(held, journalled) >= 0 ? held : journalled;
  // What a living record knows, it knows better than a version that a dispatcher is just preparing.
  if (newest === held && !isLost) return { held, next: undefined };
  const history = await refusals.unlessUnreadable(async () => ({ later: await laterVersion(deps, newest) }));
  if (!history && !withoutUnreadable) return undefined;
  if (newest === held && !history?.later) return { held, next: undefined };
  return { held, next: inPlaceOf(held, wishOf(held, reborn(deps, newest, history?.later))) };
};

/** Puts one training of the journal back. @returns nothing when that was refused */
export const putBack = async (
  deps: PutBackDeps,
  journalled: Training,
  manner: Manner,
): Promise<Recovered | undefined> => {
  for (;;) {
    const choice = await choiceFor(deps, journalled, manner);
    if (!choice) return undefined;
    const { held, next } = choice;
    const told = next ?? held ?? journalled;
    const answer = { trainingId: told.id, status: told.status };
    if (!next) return { ...answer, action: 'known' };
    if (manner.dryRun) return { ...answer, action: actionOf(next) };
    if ((await deps.store.restore(next, held)) === 'known') continue;
    if (held && !hasJob(next)) await deps.queue.withdraw(next.id);
    await perform(deps, next, obligations(next));
    return { ...answer, action: actionOf(next) };
  }
};
