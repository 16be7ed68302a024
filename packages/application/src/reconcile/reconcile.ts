import type { Training } from '@trainyard/domain';
import { advance } from '../lifecycle/advance.ts';
import { nextLookMs } from '../lifecycle/timeouts.ts';
import { isDisowned } from '../durability/epoch/epoch.ts';
import { CorruptDocumentError } from '../ports/catalogue.ts';
import { ObjectStoreError } from '../ports/object-store.ts';
import { doubtSubmission, gatherEvidence } from './resolve-unconfirmed.ts';
import { type FinalizeDeps, finalize, recordEnd } from './finalize.ts';
import { type LookDeps, lookAtCancelling, lookAtRun } from './poll-run.ts';

export type ReconcileDeps = LookDeps & FinalizeDeps;

/** When a person is told that the store is away while a model waits to be recorded; of one that refuses, at once. */
const STORE_PATIENCE_MS = 10 * 60_000;

/** When a training is looked at again whose record waits for a recovery. */
const DISOWNED_LOOK_MS = 30_000;

const look = async (deps: ReconcileDeps, training: Training): Promise<Training> => {
  switch (training.status) {
    case 'queued':
      return training;
    case 'submitting':
      return doubtSubmission(deps, training);
    case 'unconfirmed':
      return gatherEvidence(deps, training);
    case 'submitted':
    case 'running':
      return lookAtRun(deps, training);
    case 'cancelling':
      return lookAtCancelling(deps, training);
    case 'finalizing':
      return finalize(deps, training);
    case 'completed':
    case 'failed':
    case 'timed_out':
    case 'cancelled':
      return training.recorded ? training : recordEnd(deps, training);
  }
};

const raise = (deps: ReconcileDeps, training: Training, reason: string): Promise<Training> =>
  advance(deps, training.id, { type: 'attention_raised', at: deps.clock.now(), cause: 'poll', reason });

/**
 * While the store is away, or holds a document that cannot be read, nothing fails: it is tried again, and a person is
 * told (SPEC §2).
 */
const withoutStore = (deps: ReconcileDeps, training: Training, error: unknown): Promise<Training> => {
  if (error instanceof CorruptDocumentError) return raise(deps, training, error.message);
  if (!(error instanceof ObjectStoreError)) throw error;
  deps.log.warn('object_store_unavailable', { training_id: training.id, reason: error.message });
  return error.retryable && deps.clock.now() - training.changedAt < STORE_PATIENCE_MS
    ? Promise.resolve(training)
    : raise(deps, training, `the object store cannot be used: ${error.message}`);
};

/** States whose next step is ours alone: no reason to wait for anyone. */
const goesOnAtOnce = (before: Training, after: Training): boolean =>
  after.status !== before.status &&
  ['finalizing', 'completed', 'failed', 'timed_out', 'cancelled'].includes(after.status);

/**
 * Looks at one training and settles what can be settled now. Safe at any time, in any state, from anywhere. A record
 * that is not the living one settles nothing: what it takes for news may contradict what it has forgotten.
 * @returns after how many ms to look again; undefined when nothing more is owed
 */
export const reconcile = async (deps: ReconcileDeps, id: string): Promise<number | undefined> => {
  const [known, disowned] = await Promise.all([deps.store.load(id), isDisowned(deps)]);
  if (known && disowned) return DISOWNED_LOOK_MS;
  let training = known;
  while (training) {
    const before: Training = training;
    const after = await look(deps, before).catch((error: unknown) => withoutStore(deps, before, error));
    if (!goesOnAtOnce(before, after))
      return nextLookMs(after, deps.clock.now(), deps.settings.pollIntervalMs);
    training = after;
  }
  return undefined;
};
