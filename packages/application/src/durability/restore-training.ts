import { holdsSlot, obligations, type RunClaim, type Training, transition } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { type PerformDeps, perform } from '../lifecycle/advance.ts';
import { getRun } from '../lifecycle/revision.ts';
import { compareFreshness, haveDifferentEnds, type UnreadableDocuments } from './documents.ts';
import { findLaterVersion, type RebuildDeps, rebuildTraining } from './rebuild-training.ts';

/** The ports that the restore of a training needs. */
export type RestoreDeps = PerformDeps & RebuildDeps & Pick<Deps, 'store'>;

/** The change that a recovery made to a training, or would make in a dry run; `known`: no change. */
export interface RecoveredTraining {
  readonly trainingId: string;
  readonly action: 'requeued' | 'unconfirmed' | 'restored' | 'known';
  readonly status: Training['status'];
}

/** The parts of a recovery that the restore of each training shares. */
export interface RestoreContext {
  readonly dryRun: boolean;
  readonly withoutUnreadable: boolean;
  /** Whether Redis is fenced; then even its copy may be older than the manifest. */
  readonly isFenced: boolean;
  readonly unreadable: UnreadableDocuments;
}

/**
 * Restores a training of the backup, unless Redis holds a fresher copy, and performs its obligations.
 * @returns undefined when its manifest is unreadable. Throws ObjectStoreError, StoreUnavailableError,
 * UnreadableTrainingError.
 */
export async function restoreTraining(
  deps: RestoreDeps,
  backup: Training,
  context: RestoreContext,
): Promise<RecoveredTraining | undefined> {
  if (!context.dryRun) await deps.store.restoreRuns(backup.id, listRuns(backup));
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

/** The runs of a training, the run of its current attempt included. */
function listRuns(training: Training): readonly RunClaim[] {
  const { runs = [] } = training;
  const run = getRun(training);
  if (!run || runs.some(({ runId }) => runId === run.runId)) return runs;
  return [...runs, { attempt: run.number, endpointId: run.endpointId, runId: run.runId }];
}

/** Adds the runs that only the other copy has, so that no run id is forgotten. */
function withRuns(training: Training, other: Training | undefined): Training {
  const missing = other ? listMissingRuns(training, other) : [];
  return missing.length === 0 ? training : { ...training, runs: [...missing, ...(training.runs ?? [])] };
}

function listMissingRuns({ runs = [] }: Training, other: Training): readonly RunClaim[] {
  return listRuns(other).filter(({ runId }) => !runs.some((each) => each.runId === runId));
}

function toRecoveryAction(training: Training): RecoveredTraining['action'] {
  if (training.status === 'queued') return 'requeued';
  return training.status === 'unconfirmed' ? 'unconfirmed' : 'restored';
}

/** Whether the queue must have a job of it; the job of an old copy is removed otherwise. */
function needsJob(training: Training): boolean {
  return holdsSlot(training) || (training.status === 'queued' && training.hold === undefined);
}

/**
 * The revisions that a restored training skips, so that no process takes it for a revision that it read from the lost
 * Redis. Progress is not backed up, and a run may report it every second for a week: 604 800 revisions.
 */
const REVISION_GAP = 10_000_000;

/** The replacement with a revision above all known revisions; where the ends differ, its manifest is written again. */
function toReplacement(current: Training | undefined, training: Training): Training {
  return {
    ...training,
    rev: Math.max(training.rev, current?.rev ?? 0) + REVISION_GAP,
    ...(current && haveDifferentEnds(current, training) && { recorded: false }),
  };
}

/** Keeps a cancellation that only the replaced copy has: without it the run would be paid for to its end. */
function withCancelRequest(current: Training | undefined, training: Training): Training {
  const request = current?.cancelRequested;
  if (!request || training.cancelRequested) return training;
  return transition(training, { type: 'cancel_requested', cause: 'person', ...request }).training;
}

interface RestoreDecision {
  readonly current: Training | undefined;
  /** The training to be restored; undefined when Redis has it. */
  readonly next: Training | undefined;
}

/**
 * Chooses between the copies of Redis, backup and manifest.
 * @returns undefined when the manifest is unreadable and `withoutUnreadable` is not set
 */
async function decideRestore(
  deps: RestoreDeps,
  backup: Training,
  { isFenced, withoutUnreadable, unreadable }: RestoreContext,
): Promise<RestoreDecision | undefined> {
  const current = await deps.store.load(backup.id);
  const newest = current && compareFreshness(current, backup) >= 0 ? current : backup;
  // Redis lost no data: it knows every attempt, while the manifest may hold an attempt that is still being prepared.
  if (newest === current && !isFenced) return { current, next: undefined };
  const history = await unreadable.skipUnreadable(async () => ({
    later: await findLaterVersion(deps, newest),
  }));
  if (!history && !withoutUnreadable) return undefined;
  const older = newest === current ? backup : current;
  if (newest === current && !history?.later && listMissingRuns(newest, backup).length === 0)
    return { current, next: undefined };
  const rebuilt = withRuns(rebuildTraining(deps, newest, history?.later), older);
  return { current, next: toReplacement(current, withCancelRequest(current, rebuilt)) };
}
