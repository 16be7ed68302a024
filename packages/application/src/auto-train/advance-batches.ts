import {
  type Batch,
  type BatchSummary,
  hasEnded,
  isTerminal,
  isTerminalStatus,
  summarizeBatch,
  TRAINING_STATUSES,
  type Training,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { assertCurrentEpoch, checkEpoch } from '../durability/epoch.ts';
import { BatchNotFoundError, WrongStateError } from '../errors.ts';
import type { BatchWithPlan } from '../ports/batches.ts';
import { CREATE_DELIVERIES_JOB } from '../ports/notifications/index.ts';
import { cancelTraining, reprioritizeTraining } from '../trainings/cancel.ts';
import { continueBatch, type EnqueueDeps, listBatchTrainings, readBatchTrainings } from './enqueue.ts';

type AdvanceBatchDeps = EnqueueDeps & Pick<Deps, 'deliveries' | 'ids'>;
type ReadDeps = Pick<Deps, 'batches' | 'store' | 'settings' | 'log'>;

/** A batch with its plan, its trainings and the summary of their results so far. */
export interface BatchProgress extends BatchWithPlan {
  readonly trainings: readonly Training[];
  readonly summary: BatchSummary;
  /** Whether all trainings of the batch have ended and no further training will be enqueued. */
  readonly done: boolean;
}

/**
 * Maintenance task: continues abandoned batches, applies cancellation requests and closes finished batches. A
 * batch that fails is logged as `batch_update_failed`, and the others are processed.
 */
export async function advanceBatches(deps: AdvanceBatchDeps): Promise<void> {
  for (const id of await deps.batches.listOpen())
    await advanceBatch(deps, id).catch((error: unknown) => {
      deps.log.warn('batch_update_failed', { batch_id: id, error });
    });
}

/** Loads a batch with its trainings and summary. Throws BatchNotFoundError. */
export async function getBatchProgress(deps: ReadDeps, id: string): Promise<BatchProgress> {
  const stored = await deps.batches.load(id);
  if (!stored) throw new BatchNotFoundError(id);
  const { items: trainings, unreadable } = await readBatchTrainings(deps, id);
  const summary = stored.batch.summary ?? summarizeBatch(stored.batch, trainings);
  const done = hasEnded(stored.batch, trainings) && (await haveEnded(deps, id, unreadable));
  return { ...stored, trainings, summary, done };
}

const LIVE_STATUSES = TRAINING_STATUSES.filter((status) => !isTerminalStatus(status));

/** Whether unreadable trainings of a batch have ended. The index of the state store knows their status. */
async function haveEnded(
  { store }: ReadDeps,
  batchId: string,
  unreadable: readonly string[],
): Promise<boolean> {
  if (unreadable.length === 0) return true;
  const { items } = await store.listIds({ batchId, status: LIVE_STATUSES, limit: unreadable.length });
  return items.length === 0;
}

/**
 * Changes a batch by compare-and-swap; `change` returns undefined to leave it unchanged. Throws
 * BatchNotFoundError.
 */
async function updateBatch(
  deps: Pick<Deps, 'batches' | 'clock'>,
  id: string,
  change: (batch: Batch) => Partial<Batch> | undefined,
): Promise<Batch> {
  for (;;) {
    const stored = await deps.batches.load(id);
    if (!stored) throw new BatchNotFoundError(id);
    const changed = change(stored.batch);
    if (!changed) return stored.batch;
    const batch = { ...stored.batch, ...changed, rev: stored.batch.rev + 1, changedAt: deps.clock.now() };
    if ((await deps.batches.save(batch)) === 'saved') return batch;
  }
}

const ACTIVE_STATES: readonly Training['status'][] = [
  'submitting',
  'unconfirmed',
  'submitted',
  'running',
  'finalizing',
];

/**
 * Applies the cancellation request to each unfinished training of the batch; ended trainings are unchanged.
 */
async function cancelTrainings(deps: EnqueueDeps, { id, cancelRequested }: Batch): Promise<void> {
  if (!cancelRequested) return;
  for (const training of await listBatchTrainings(deps, id)) {
    if (isTerminal(training) || training.cancelRequested) continue;
    if (cancelRequested.keepRunning && ACTIVE_STATES.includes(training.status)) continue;
    await cancelTraining(deps, training.id, cancelRequested.by);
  }
}

/**
 * Cancels a batch: queued trainings at once, running trainings when the provider confirms (I7), or with
 * `keepRunning` only queued trainings. The request is saved first; the maintenance task applies it even if
 * this process stops. Throws BatchNotFoundError, RecoverRequiredError.
 */
export async function cancelBatch(
  deps: EnqueueDeps,
  id: string,
  request: { readonly by: string; readonly keepRunning: boolean },
): Promise<BatchProgress> {
  await assertCurrentEpoch(deps);
  const cancelRequested = { ...request, at: deps.clock.now() };
  const batch = await updateBatch(deps, id, ({ status, cancelRequested: before }) =>
    status === 'ended' || (before && before.keepRunning === request.keepRunning)
      ? undefined
      : { cancelRequested },
  );
  await cancelTrainings(deps, batch);
  return getBatchProgress(deps, id);
}

/**
 * Sets the priority of all queued trainings of a batch and of those that are still to be enqueued. Throws
 * BatchNotFoundError.
 */
export async function reprioritizeBatch(
  deps: EnqueueDeps,
  id: string,
  priority: number,
): Promise<BatchProgress> {
  await updateBatch(deps, id, ({ order }) => ({ order: { ...order, priority } }));
  for (const { id: trainingId, status } of await listBatchTrainings(deps, id)) {
    if (status !== 'queued') continue;
    await reprioritizeTraining(deps, trainingId, priority).catch((error: unknown) => {
      if (!(error instanceof WrongStateError)) throw error;
    });
  }
  return getBatchProgress(deps, id);
}

/**
 * Adds the notification before the batch is saved as ended. Id and time depend on the batch only, so that a
 * repetition after a crash adds no second notification.
 */
async function notifyBatchFinished(
  deps: AdvanceBatchDeps,
  { id, status }: Batch,
  trainings: readonly Training[],
): Promise<void> {
  const endTimes = trainings.filter(isTerminal).map(({ endedAt }) => endedAt);
  if (status === 'ended' || endTimes.length === 0) return;
  const at = Math.max(...endTimes);
  await deps.deliveries.addNotification({ id: `batch.${id}`, type: 'batch.finished', at, batchId: id });
  await deps.deliveryJobs.runNow(CREATE_DELIVERIES_JOB);
}

/** After this time without a change, an enqueuing batch counts as abandoned and the maintenance task continues it. */
const ABANDONED_MS = 60_000;

async function advanceBatch(deps: AdvanceBatchDeps, id: string): Promise<void> {
  let stored = await deps.batches.load(id);
  if (!stored) return;
  const isAbandoned = deps.clock.now() - stored.batch.changedAt >= ABANDONED_MS;
  // A state store that lost data may lack trainings of this batch, so that enqueuing would create them twice.
  const mayContinue =
    stored.batch.status === 'enqueuing' && isAbandoned && (await checkEpoch(deps)) === 'current';
  if (mayContinue) stored = await continueBatch(deps, stored);
  await cancelTrainings(deps, stored.batch);
  const { done, summary, trainings } = await getBatchProgress(deps, id);
  if (!done) return;
  await notifyBatchFinished(deps, stored.batch, trainings);
  await updateBatch(deps, id, ({ status }) => (status === 'open' ? { status: 'ended', summary } : undefined));
  deps.log.info('batch_ended', { batch_id: id, ...summary });
}
