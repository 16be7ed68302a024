import {
  type Batch,
  type BatchSummary,
  hasEnded,
  isTerminal,
  summarizeBatch,
  type Training,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { assertCurrentEpoch, checkEpoch } from '../durability/epoch/epoch.ts';
import { BatchNotFoundError, WrongStateError } from '../errors.ts';
import type { BatchWithPlan } from '../ports/batches.ts';
import { CREATE_DELIVERIES_JOB } from '../ports/notifications/index.ts';
import { cancelTraining, reprioritizeTraining } from '../trainings/cancel.ts';
import { continueBatch, type EnqueueDeps, listBatchTrainings } from './enqueue.ts';

type AdvanceBatchDeps = EnqueueDeps & Pick<Deps, 'deliveries' | 'ids'>;
type ReadDeps = Pick<Deps, 'batches' | 'store' | 'settings'>;

/** A batch as far as it is. */
export interface BatchProgress extends BatchWithPlan {
  readonly trainings: readonly Training[];
  readonly summary: BatchSummary;
  readonly done: boolean;
}

/** Continues, cancels and closes batches as they need it; one that cannot be tended keeps no other from it. */
export async function advanceBatches(deps: AdvanceBatchDeps): Promise<void> {
  for (const id of await deps.batches.listOpen())
    await advanceBatch(deps, id).catch((error: unknown) => {
      deps.log.warn('batch_update_failed', { batch_id: id, error });
    });
}

/** How far a batch is. Throws BatchNotFoundError. */
export async function getBatchProgress(deps: ReadDeps, id: string): Promise<BatchProgress> {
  const held = await deps.batches.load(id);
  if (!held) throw new BatchNotFoundError(id);
  const trainings = await listBatchTrainings(deps, id);
  const summary = held.batch.summary ?? summarizeBatch(held.batch, trainings);
  return { ...held, trainings, summary, done: hasEnded(held.batch, trainings) };
}

/** Changes a batch by compare-and-swap. Throws BatchNotFoundError. */
async function updateBatch(
  deps: Pick<Deps, 'batches' | 'clock'>,
  id: string,
  change: (batch: Batch) => Partial<Batch> | undefined,
): Promise<Batch> {
  for (;;) {
    const held = await deps.batches.load(id);
    if (!held) throw new BatchNotFoundError(id);
    const changed = change(held.batch);
    if (!changed) return held.batch;
    const batch = { ...held.batch, ...changed, rev: held.batch.rev + 1, changedAt: deps.clock.now() };
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

/** Cancels what the wish names; one that ended meanwhile is left as it is. */
async function cancelTrainings(deps: EnqueueDeps, { id, cancelRequested }: Batch): Promise<void> {
  if (!cancelRequested) return;
  for (const training of await listBatchTrainings(deps, id)) {
    if (isTerminal(training) || training.cancelRequested) continue;
    if (cancelRequested.keepRunning && ACTIVE_STATES.includes(training.status)) continue;
    await cancelTraining(deps, training.id, cancelRequested.by);
  }
}

/**
 * Cancels a batch: what waits at once, what runs once the provider confirms it (I7), or what waits alone. The wish is
 * saved first; a chore sees to it that it is met. Throws BatchNotFoundError, RecoverRequiredError.
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

/** Changes the order of all trainings of a batch that wait. @returns how many; throws BatchNotFoundError */
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

/** Told before it is saved, and by a moment that is the same whoever tells it: a crash in between tells it once. */
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

/** A batch whose enqueuing was not heard of for so long is continued by a chore. */
const ABANDONED_MS = 60_000;

async function advanceBatch(deps: AdvanceBatchDeps, id: string): Promise<void> {
  let held = await deps.batches.load(id);
  if (!held) return;
  const isAbandoned = deps.clock.now() - held.batch.changedAt >= ABANDONED_MS;
  // A record that went back in time does not know whom it took already.
  const mayContinue =
    held.batch.status === 'enqueuing' && isAbandoned && (await checkEpoch(deps)) === 'current';
  if (mayContinue) held = await continueBatch(deps, held);
  await cancelTrainings(deps, held.batch);
  const { done, summary, trainings } = await getBatchProgress(deps, id);
  if (!done) return;
  await notifyBatchFinished(deps, held.batch, trainings);
  await updateBatch(deps, id, ({ status }) => (status === 'open' ? { status: 'ended', summary } : undefined));
  deps.log.info('batch_ended', { batch_id: id, ...summary });
}
