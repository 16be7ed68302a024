import type { Training } from '@trainyard/domain';
import { isFenced } from '../durability/epoch/epoch.ts';
import { CorruptDocumentError, ObjectStoreError } from '../errors.ts';
import { advance } from '../lifecycle/advance.ts';
import { getNextPollMs } from '../lifecycle/timeouts.ts';
import { type FinalizeDeps, finalize, writeManifestEntry } from './finalize.ts';
import { type PollDeps, pollCancelling, pollRun } from './poll-run.ts';
import { markSubmissionUnconfirmed, resolveUnconfirmed } from './resolve-unconfirmed.ts';

export type ReconcileDeps = PollDeps & FinalizeDeps;

/** When a person is told that the store is away while a model waits to be recorded; of one that refuses, at once. */
const STORE_TIMEOUT_MS = 10 * 60_000;

/** When a training is looked at again whose record waits for a recovery. */
const FENCED_POLL_MS = 30_000;

/**
 * Looks at one training and settles what can be settled now. Safe at any time, in any state, from anywhere. A record
 * that is not the living one settles nothing: what it takes for news may contradict what it has forgotten.
 * @returns after how many ms to look again; undefined when nothing more is owed
 */
export async function reconcile(deps: ReconcileDeps, id: string): Promise<number | undefined> {
  const [known, fenced] = await Promise.all([deps.store.load(id), isFenced(deps)]);
  if (known && fenced) return FENCED_POLL_MS;
  let training = known;
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

async function reconcileOnce(deps: ReconcileDeps, training: Training): Promise<Training> {
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
 * While the store is away, or holds a document that cannot be read, nothing fails: it is tried again, and a person is
 * told (SPEC §2).
 */
function handleStoreError(deps: ReconcileDeps, training: Training, error: unknown): Promise<Training> {
  if (error instanceof CorruptDocumentError) return raiseAttention(deps, training, error.message);
  if (!(error instanceof ObjectStoreError)) throw error;
  deps.log.warn('object_store_unavailable', { training_id: training.id, reason: error.message });
  return error.retryable && deps.clock.now() - training.changedAt < STORE_TIMEOUT_MS
    ? Promise.resolve(training)
    : raiseAttention(deps, training, `the object store cannot be used: ${error.message}`);
}

/** States whose next step is ours alone: no reason to wait for anyone. */
function continuesAtOnce(before: Training, after: Training): boolean {
  return (
    after.status !== before.status &&
    ['finalizing', 'completed', 'failed', 'timed_out', 'cancelled'].includes(after.status)
  );
}
