import {
  CorruptDocumentError,
  type FeedEntry,
  isProgress,
  loadReadableTrainings,
} from '@trainyard/application';
import type { AutoTrainBatchView, LiveEvent } from '@trainyard/contracts';
import type { Training } from '@trainyard/domain';
import type { ApiDeps } from '../server/options.ts';
import { toBatchView } from '../views/auto-train.ts';
import { toEventView, toTrainingView, type ViewDeps } from '../views/training.ts';
import { withWaiting } from '../views/waiting.ts';
import { loadStates, type StateDeps, type States } from './states.ts';

/** Live event with its position in the feed. */
export interface FeedMessage {
  readonly position: string;
  /** Training of the live event; absent for batches and the dispatch control. */
  readonly trainingId?: string;
  readonly event: LiveEvent;
}

/** Dependencies of the live events. */
export type FeedMessageDeps = StateDeps & Pick<ApiDeps, 'store' | 'queue' | 'storeHealth'>;

/** Renders entries of the feed as live events. Each object is read once, in its current state. */
export async function toFeedMessages(
  deps: FeedMessageDeps,
  entries: readonly FeedEntry[],
): Promise<readonly FeedMessage[]> {
  const ids = entries.flatMap((each) => (each.kind === 'training' ? [each.trainingId] : []));
  const trainings = await loadReadableTrainings(deps, [...new Set(ids)]);
  const byId = new Map(trainings.map((training) => [training.id, training]));
  const batches = await loadBatchViews(deps, entries);
  const states = await loadStates(deps, entries);
  const viewDeps = await withWaiting(deps, trainings);
  return entries.flatMap((entry): readonly FeedMessage[] => {
    const { position } = entry;
    if (entry.kind === 'training') {
      const { trainingId } = entry;
      return [{ position, trainingId, event: toLiveEvent(viewDeps, entry, byId.get(trainingId)) }];
    }
    const event = toStateEvent(entry, { batches, states });
    return event ? [{ position, event }] : [];
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

/** Renders the change of a subject, a batch or a state; undefined for an unreadable one. */
function toStateEvent(
  entry: Exclude<FeedEntry, Change>,
  { batches, states }: { readonly batches: ReadonlyMap<string, AutoTrainBatchView>; readonly states: States },
): LiveEvent | undefined {
  if (entry.kind === 'subject') {
    const { kind, id } = entry.subject;
    return { event: 'subject.changed', data: { kind, subject_id: id } };
  }
  if (entry.kind !== 'batch') return states.get(entry.kind);
  const batch = batches.get(entry.batchId);
  return batch && { event: 'batch.changed', data: batch };
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
