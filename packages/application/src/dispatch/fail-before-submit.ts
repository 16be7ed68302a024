import { type Failure, isTerminal, type Training } from '@trainyard/domain';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';
import { toJobResult } from '../lifecycle/perform.ts';
import { ObjectStoreError } from '../ports/object-store.ts';
import type { ClaimedJob } from '../ports/training-consumer.ts';
import { StoreUnavailableError } from '../ports/training-store.ts';
import { type FinalizeDeps, writeManifestEntry } from '../reconcile/finalize.ts';
import { getCurrentLockToken } from './snooze.ts';

/** Ends the training before anything was paid for; one whose attempt lives meanwhile keeps its job (I8). */
export async function failBeforeSubmit(
  deps: AdvanceDeps,
  job: ClaimedJob,
  failure: Failure,
): Promise<Training> {
  const at = deps.clock.now();
  const after = await advance(deps, job.trainingId, {
    type: 'preparation_failed',
    at,
    cause: 'dispatcher',
    failure,
  });
  if (isTerminal(after)) await deps.queue.finish(after.id, getCurrentLockToken(job), toJobResult(after));
  return after;
}

/** Whether a later try may succeed, so that the job stays as the reminder of it. */
function isUnavailable(error: unknown): boolean {
  return error instanceof StoreUnavailableError || (error instanceof ObjectStoreError && error.retryable);
}

/**
 * A training that ended while it was being prepared may have been recorded before its version was opened: it is
 * recorded again, so that no version says for ever that it is being submitted (I5). Only then its job goes: until it
 * does, the sweep comes back to it.
 */
export async function finishIfTerminal(deps: FinalizeDeps, job: ClaimedJob): Promise<void> {
  const ids = { training_id: job.trainingId };
  try {
    const now = await deps.store.load(job.trainingId);
    if (!now || !isTerminal(now)) return;
    await writeManifestEntry(deps, now).catch((error: unknown) => {
      if (isUnavailable(error)) throw error;
      deps.log.error('version_not_finalized', { ...ids, error });
    });
    await deps.queue.finish(now.id, getCurrentLockToken(job), toJobResult(now));
  } catch (error) {
    deps.log.error('version_finalize_deferred', { ...ids, error });
  }
}
