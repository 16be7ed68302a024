import {
  holdsSlot,
  isOrphaned,
  isTerminal,
  type RunClaim,
  type Training,
  toOrphanReason,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { advance } from '../lifecycle/advance.ts';
import { getRun } from '../lifecycle/revision.ts';
import { toVersionEntry } from '../versions/version-entry.ts';
import type { FinalizeDeps } from './finalize.ts';
import type { PollDeps } from './poll-run.ts';

/**
 * Returns the run of a training to the attempt that RunPod's answer gave it to; the training is unconfirmed again. A
 * training that keeps its run, or has none, is left unchanged. Throws ObjectStoreError, StoreUnavailableError.
 */
export async function returnForeignRun(deps: FinalizeDeps, training: Training): Promise<Training> {
  const run = isTerminal(training) ? undefined : getRun(training);
  if (!run) return training;
  const owner = await deps.store.findRunOwner(run.endpointId, run.runId);
  if (!owner || (owner.trainingId === training.id && owner.attempt === run.number)) return training;
  const after = await advance(deps, training.id, {
    type: 'run_claimed_twice',
    at: deps.clock.now(),
    cause: 'poll',
    attempt: run.number,
    runId: run.runId,
  });
  if (training.status === 'finalizing') await reopenVersion(deps, after);
  return after;
}

/** Removes the model of a returned or replaced run from the version of its training, where finalizing may have written it. */
export async function reopenVersion(deps: FinalizeDeps, training: Training): Promise<void> {
  if (!holdsSlot(training)) return;
  const { versionName: name } = training.attempt;
  await deps.manifests.finalizeVersion(training.request.subject, { ...toVersionEntry(training), name });
}

/**
 * Cancels the runs of former attempts, until RunPod acknowledges the cancel or the attempt deadline passes; meanwhile the
 * training needs attention. A run that belongs to a different attempt is never cancelled.
 * Throws StoreUnavailableError.
 */
export async function cancelOrphanedRuns(deps: PollDeps, training: Training): Promise<Training> {
  let after = training;
  for (const claim of training.runs?.filter(isOrphaned) ?? []) {
    const isStopped = deps.clock.now() > claim.orphanedUntil || (await tryStopRun(deps, training.id, claim));
    const base = { at: deps.clock.now(), cause: 'poll' } as const;
    const { attempt, runId } = claim;
    after = await advance(deps, training.id, ({ needsAttention }) => {
      if (isStopped) return { ...base, type: 'orphan_stopped', attempt, runId };
      // A different reason stays: two reasons that replace each other would notify at each poll.
      return needsAttention
        ? undefined
        : { ...base, type: 'attention_raised', reason: toOrphanReason(claim) };
    });
  }
  return after;
}

/**
 * Cancels the run. A 404 proves nothing: the cancel may arrive before RunPod has registered the run.
 * @returns whether RunPod acknowledged the cancel, or the run has ended or is not ours
 */
async function tryStopRun(
  deps: Pick<Deps, 'provider' | 'store'>,
  trainingId: string,
  { endpointId, runId, attempt }: RunClaim,
): Promise<boolean> {
  const owner = await deps.store.findRunOwner(endpointId, runId);
  if (owner && (owner.trainingId !== trainingId || owner.attempt !== attempt)) return true;
  const { kind } = await deps.provider.cancel(endpointId, runId);
  if (kind === 'acknowledged') return true;
  return (await deps.provider.observe(endpointId, runId)).kind === 'ended';
}
