import type { Queued, Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { AdvanceDeps, ShutdownSignals } from '../lifecycle/advance.ts';
import { isDue } from '../lifecycle/timeouts.ts';
import type { ClaimedJob } from '../ports/training-queue.ts';
import { acquireSlot } from './acquire-slot.ts';
import { handleSubmitResult } from './handle-submit-result.ts';
import { acknowledge, type DispatchOutcome, type SkipReason } from './outcome.ts';
import { type PrepareDeps, prepare } from './prepare.ts';
import { sendSubmission } from './submission.ts';

/** The ports of a dispatch, and the signals that stop it. */
export type DispatchDeps = AdvanceDeps & PrepareDeps & Pick<Deps, 'provider'> & ShutdownSignals;

/**
 * Dispatches the training of a claimed job, then acknowledges the job by the outcome. The start of the attempt is
 * saved before the request is sent, and no request is sent later than the submit window (5 s) after that save
 * (docs/concepts/dispatch-and-slots.md).
 * Throws StoreUnavailableError when Redis is unavailable; the job then stays active until the rescue of orphaned jobs.
 */
export async function dispatch(deps: DispatchDeps, job: ClaimedJob): Promise<DispatchOutcome> {
  const outcome = await runSteps(deps, job);
  await acknowledge(deps, job, outcome);
  return outcome;
}

/** Load, prepare, acquire a slot, send, save the result. Each step either returns its part or ends the dispatch with an outcome. */
async function runSteps(deps: DispatchDeps, job: ClaimedJob): Promise<DispatchOutcome> {
  const training = await deps.store.load(job.trainingId);
  if (!isReady(training, deps.clock.now())) {
    const reason = getSkipReason(training);
    return { kind: 'skipped', reason, prepared: false };
  }
  const prepared = await prepare(deps, training, job.lockToken);
  if (prepared.kind !== 'ready') return prepared;
  if (deps.softStop?.aborted) return { kind: 'skipped', reason: 'shutting_down', prepared: true };
  const { attempt, submission } = prepared;
  const slot = await acquireSlot(deps, training, { job, attempt });
  if (slot.kind !== 'acquired') return slot;
  const submitted = { trainingId: training.id, attempt };
  const result = await sendSubmission(deps, { ...submitted, submission }, slot.since);
  if (result === 'too_late')
    return { kind: 'aborted', attempt, reason: 'the submit window passed before the request was sent' };
  await handleSubmitResult(deps, submitted, result);
  return { kind: 'submitted' };
}

function isReady(training: Training | undefined, now: number): training is Queued {
  return training?.status === 'queued' && !training.hold && isDue(training, now);
}

/** Why a training that is not ready is skipped. */
function getSkipReason(training: Training | undefined): SkipReason {
  if (!training) return 'unknown';
  if (training.status !== 'queued') return 'not_queued';
  return training.hold ? 'held' : 'not_due';
}
