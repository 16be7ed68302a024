import {
  CorruptDocumentError,
  type FeedEntry,
  getBudgetStop,
  isProgress,
  loadReadableTrainings,
} from '@trainyard/application';
import type { LiveEvent } from '@trainyard/contracts';
import type { Training } from '@trainyard/domain';
import type { ApiDeps } from '../server/options.ts';
import { toBatchView } from '../views/auto-train.ts';
import { toControlView } from '../views/dispatch.ts';
import { toEventView, toTrainingView, type ViewDeps } from '../views/training.ts';
import { withWaiting } from '../views/waiting.ts';

/** Live event with its position in the feed. */
export interface FeedMessage {
  readonly position: string;
  /** Training of the live event; absent for batches and the dispatch control. */
  readonly trainingId?: string;
  readonly event: LiveEvent;
}

type FeedMessageDeps = Pick<
  ApiDeps,
  'store' | 'queue' | 'storeHealth' | 'batches' | 'budgets' | 'settings' | 'clock' | 'log'
>;

/** Renders entries of the feed as live events. Each training and batch is read once, in its current state. */
export async function toFeedMessages(
  deps: FeedMessageDeps,
  entries: readonly FeedEntry[],
): Promise<readonly FeedMessage[]> {
  const ids = entries.flatMap((each) => (each.kind === 'training' ? [each.trainingId] : []));
  const trainings = await loadReadableTrainings(deps, [...new Set(ids)]);
  const byId = new Map(trainings.map((training) => [training.id, training]));
  const control = entries.some(({ kind }) => kind === 'dispatch')
    ? toControlView(await deps.store.getControl(), await getBudgetStop(deps))
    : undefined;
  const batches = await loadBatchViews(deps, entries);
  const viewDeps = await withWaiting(deps, trainings);
  return entries.flatMap((entry): readonly FeedMessage[] => {
    const { position } = entry;
    if (entry.kind === 'dispatch')
      return control ? [{ position, event: { event: 'dispatch.changed', data: control } }] : [];
    if (entry.kind === 'batch') {
      const batch = batches.get(entry.batchId);
      return batch ? [{ position, event: { event: 'batch.changed', data: batch } }] : [];
    }
    const { trainingId } = entry;
    return [{ position, trainingId, event: toLiveEvent(viewDeps, entry, byId.get(trainingId)) }];
  });
}

type Change = Extract<FeedEntry, { kind: 'training' }>;

function toLiveEvent(
  deps: ViewDeps,
  { trainingId, event }: Change,
  training: Training | undefined,
): LiveEvent {
  const view = training ? toTrainingView(deps, training) : null;
  const { seq: rev, to: status } = event;
  if (isProgress(event))
    return {
      event: 'training.progress',
      data: {
        training_id: trainingId,
        rev: view?.rev ?? rev,
        status: view?.status ?? status,
        progress: view?.progress ?? null,
      },
    };
  return {
    event: 'training.changed',
    data: { training_id: trainingId, event: toEventView(event), training: view },
  };
}

/** An unreadable batch is logged and must not stop the live events of others. */
async function loadBatch({ batches, log }: FeedMessageDeps, id: string) {
  try {
    return await batches.load(id);
  } catch (error) {
    if (!(error instanceof CorruptDocumentError)) throw error;
    log.error('batch_unreadable', { batch_id: id, fault: error.message });
    return undefined;
  }
}

/** Loads each batch once, in its current state. */
async function loadBatchViews(deps: FeedMessageDeps, entries: readonly FeedEntry[]) {
  const ids = new Set(entries.flatMap((each) => (each.kind === 'batch' ? [each.batchId] : [])));
  const loaded = await Promise.all([...ids].map((id) => loadBatch(deps, id)));
  return new Map(loaded.flatMap((each) => (each ? [[each.batch.id, toBatchView(each.batch)] as const] : [])));
}
