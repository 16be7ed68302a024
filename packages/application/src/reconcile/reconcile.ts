import { isTerminal, type Training } from '@trainyard/domain';
import { isFenced } from '../durability/epoch.ts';
import { ObjectStoreError } from '../errors.ts';
import { advance } from '../lifecycle/advance.ts';
import { getNextPollMs } from '../lifecycle/timeouts.ts';
import { isSubjectDocumentError } from '../ports/storage/entry-fault.ts';
import { type FinalizeDeps, finalize, writeManifestEntry } from './finalize.ts';
import { getStoreFaultSince, toStoreFaultReason } from './find-output.ts';
import { type PollDeps, pollCancelling, pollRun } from './poll-run.ts';
import { markSubmissionUnconfirmed, resolveUnconfirmed } from './resolve-unconfirmed.ts';
import { cancelOrphanedRuns, returnForeignRun } from './returned-run.ts';

/** The ports of the reconciler's jobs. */
export type ReconcileDeps = PollDeps & FinalizeDeps;

/** The time after which an unavailable object store marks the training for attention. A refusal marks it at once. */
const ATTENTION_AFTER_MS = 10 * 60_000;

/** The poll interval while Redis is fenced, until `trainyard recover`. */
const FENCED_POLL_MS = 30_000;

/**
 * Reconciles a training with the provider and the object store, until the next step has to wait. May be
 * called at any time, in any state and concurrently. A fenced Redis changes no training, since an observation may
 * contradict events that the Redis lost.
 * Throws StoreUnavailableError; the job is then retried.
 * @returns the delay of the next call in ms; undefined when the training needs no further call
 */
export async function reconcile(deps: ReconcileDeps, id: string): Promise<number | undefined> {
  const [known, fenced] = await Promise.all([deps.store.load(id), isFenced(deps)]);
  if (known && fenced) return FENCED_POLL_MS;
  let training = known && (await cancelOrphanedRuns(deps, known));
  while (training) {
    const before: Training = training;
    const after = await reconcileOnce(deps, before).catch((error: unknown) =>
      handleStoreError(deps, before, error),
    );
    if (!continuesAtOnce(before, after))
      return getNextPollMs(after, deps.clock.now(), deps.settings.pollIntervalMs);
    training = after;
  }
  return undefined;
}

async function reconcileOnce(deps: ReconcileDeps, before: Training): Promise<Training> {
  const training = await returnForeignRun(deps, before);
  switch (training.status) {
    case 'queued':
      return training;
    case 'submitting':
      return markSubmissionUnconfirmed(deps, training);
    case 'unconfirmed':
      return resolveUnconfirmed(deps, training);
    case 'submitted':
    case 'running':
      return pollRun(deps, training);
    case 'cancelling':
      return pollCancelling(deps, training);
    case 'finalizing':
      return finalize(deps, training);
    case 'completed':
    case 'failed':
    case 'timed_out':
    case 'cancelled':
      return training.recorded ? training : writeManifestEntry(deps, training);
  }
}

function raiseAttention(deps: ReconcileDeps, training: Training, reason: string): Promise<Training> {
  return advance(deps, training.id, {
    type: 'attention_raised',
    at: deps.clock.now(),
    cause: 'poll',
    reason,
  });
}

/**
 * Handles an error of the object store without failing the training: the step is retried at the next poll, and the
 * training is marked for attention, at once for a corrupt document, manifests that differ or a refusal, after 10 min when it is unavailable. The
 * first mark stays: other words of the store would notify again, and restart the time that a search waits for the store.
 */
function handleStoreError(deps: ReconcileDeps, training: Training, error: unknown): Promise<Training> {
  if (isSubjectDocumentError(error)) return raiseAttention(deps, training, error.message);
  if (!(error instanceof ObjectStoreError)) throw error;
  deps.log.warn('object_store_unavailable', { training_id: training.id, reason: error.message });
  const isYoung = error.retryable && deps.clock.now() - training.changedAt < ATTENTION_AFTER_MS;
  return isYoung || getStoreFaultSince(training) !== undefined
    ? Promise.resolve(training)
    : raiseAttention(deps, training, toStoreFaultReason(error));
}

/** Whether the next step follows at once: finalizing and recording need no further observation. */
function continuesAtOnce(before: Training, after: Training): boolean {
  return after.status !== before.status && (after.status === 'finalizing' || isTerminal(after));
}
