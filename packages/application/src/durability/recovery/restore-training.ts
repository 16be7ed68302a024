import { holdsSlot, obligations, type Training, transition } from '@trainyard/domain';
import type { Deps } from '../../deps.ts';
import { type PerformDeps, perform } from '../../lifecycle/advance.ts';
import { compareFreshness, haveDifferentEnds } from '../backup/freshness.ts';
import type { UnreadableDocuments } from '../backup/unreadable-documents.ts';
import { findLaterVersion, type RebuildDeps, rebuildTraining } from './rebuild-training.ts';

export type RestoreDeps = PerformDeps & RebuildDeps & Pick<Deps, 'store'>;

/** What recovery did with a training, or would do. */
export interface RecoveredTraining {
  readonly trainingId: string;
  readonly action: 'requeued' | 'unconfirmed' | 'restored' | 'known';
  readonly status: Training['status'];
}

/** How a recovery goes about it. */
export interface RestoreContext {
  readonly dryRun: boolean;
  readonly withoutUnreadable: boolean;
  /** Whether the record is not the living one: then even what it knows may be older than the history. */
  readonly isFenced: boolean;
  readonly unreadable: UnreadableDocuments;
}

/** Puts one training of the journal back. @returns nothing when that was refused */
export async function restoreTraining(
  deps: RestoreDeps,
  backup: Training,
  context: RestoreContext,
): Promise<RecoveredTraining | undefined> {
  for (;;) {
    const decision = await decideRestore(deps, backup, context);
    if (!decision) return undefined;
    const { current, next } = decision;
    const reported = next ?? current ?? backup;
    const summary = { trainingId: reported.id, status: reported.status };
    if (!next) return { ...summary, action: 'known' };
    if (context.dryRun) return { ...summary, action: toRecoveryAction(next) };
    if ((await deps.store.restore(next, current)) === 'known') continue;
    if (current && !needsJob(next)) await deps.queue.remove(next.id);
    await perform(deps, next, obligations(next));
    return { ...summary, action: toRecoveryAction(next) };
  }
}

function toRecoveryAction(training: Training): RecoveredTraining['action'] {
  if (training.status === 'queued') return 'requeued';
  return training.status === 'unconfirmed' ? 'unconfirmed' : 'restored';
}

/** One whose attempt was begun or ended since the old copy has no business in the line. */
function needsJob(training: Training): boolean {
  return holdsSlot(training) || (training.status === 'queued' && training.hold === undefined);
}

/**
 * So many revisions further on, what is put back cannot be taken for one that a process still holds in its hands, read
 * from what is gone: the journal is told of no progress, and a run may tell of it every second for a week.
 */
const REVISION_GAP = 10_000_000;

/** No writer who read the copy that is replaced may take this one for it; and the history is told which end stands. */
function toReplacement(current: Training | undefined, training: Training): Training {
  return {
    ...training,
    rev: Math.max(training.rev, current?.rev ?? 0) + REVISION_GAP,
    ...(current && haveDifferentEnds(current, training) && { recorded: false }),
  };
}

/** A person's wish that only the copy in hand knows is not forgotten with it: the run would be paid to its end. */
function withCancelRequest(current: Training | undefined, training: Training): Training {
  const request = current?.cancelRequested;
  if (!request || training.cancelRequested) return training;
  return transition(training, { type: 'cancel_requested', cause: 'person', ...request }).training;
}

interface RestoreDecision {
  readonly current: Training | undefined;
  /** What the training is to be; undefined when it is so already. */
  readonly next: Training | undefined;
}

/**
 * Between what Redis holds and what the journal and the history tell.
 * @returns nothing when its history cannot be read, unless a person said that this is no matter
 */
async function decideRestore(
  deps: RestoreDeps,
  backup: Training,
  { isFenced, withoutUnreadable, unreadable }: RestoreContext,
): Promise<RestoreDecision | undefined> {
  const current = await deps.store.load(backup.id);
  const newest = current && compareFreshness(current, backup) >= 0 ? current : backup;
  // What a living record knows, it knows better than a version that a dispatcher is just preparing.
  if (newest === current && !isFenced) return { current, next: undefined };
  const history = await unreadable.skipUnreadable(async () => ({
    later: await findLaterVersion(deps, newest),
  }));
  if (!history && !withoutUnreadable) return undefined;
  if (newest === current && !history?.later) return { current, next: undefined };
  return {
    current,
    next: toReplacement(current, withCancelRequest(current, rebuildTraining(deps, newest, history?.later))),
  };
}
