import { type FeedEntry, getBudgetStop, isProgress } from '@trainyard/application';
import type { LiveEvent } from '@trainyard/contracts';
import type { Training } from '@trainyard/domain';
import type { ApiDeps } from '../server/options.ts';
import { toBatchView } from '../views/auto-train.ts';
import { toControlView } from '../views/dispatch.ts';
import { toEventView, toTrainingView } from '../views/training.ts';

/** Live event with its position in the feed. */
export interface FeedMessage {
  readonly position: string;
  /** Training of the live event; absent for batches and the dispatch control. */
  readonly trainingId?: string;
  readonly event: LiveEvent;
}

type FeedMessageDeps = Pick<ApiDeps, 'store' | 'batches' | 'budgets' | 'settings' | 'clock' | 'log'>;

/** Renders entries of the feed as live events. Each training and batch is read once, in its current state. */
export async function toFeedMessages(
  deps: FeedMessageDeps,
  entries: readonly FeedEntry[],
): Promise<readonly FeedMessage[]> {
  const ids = entries.flatMap((each) => (each.kind === 'training' ? [each.trainingId] : []));
  const trainings = await loadEach(deps, [...new Set(ids)]);
  const byId = new Map(trainings.map((training) => [training.id, training]));
  const control = entries.some(({ kind }) => kind === 'dispatch')
    ? toControlView(await deps.store.getControl(), await getBudgetStop(deps))
    : undefined;
  const batches = await loadBatchViews(deps, entries);
  return entries.flatMap((entry): readonly FeedMessage[] => {
    const { position } = entry;
    if (entry.kind === 'dispatch')
      return control ? [{ position, event: { event: 'dispatch.changed', data: control } }] : [];
    if (entry.kind === 'batch') {
      const batch = batches.get(entry.batchId);
      return batch ? [{ position, event: { event: 'batch.changed', data: batch } }] : [];
    }
    const { trainingId } = entry;
    return [{ position, trainingId, event: toLiveEvent(deps, entry, byId.get(trainingId)) }];
  });
}

/** An unreadable training is logged and must not stop the live events of other trainings. */
async function loadOne(deps: FeedMessageDeps, id: string): Promise<Training | undefined> {
  try {
    return await deps.store.load(id);
  } catch (error) {
    deps.log.warn('live_training_unreadable', { training_id: id, error });
    return undefined;
  }
}

async function loadEach(deps: FeedMessageDeps, ids: readonly string[]): Promise<readonly Training[]> {
  try {
    return await deps.store.loadAll(ids);
  } catch {
    const loaded = await Promise.all(ids.map((id) => loadOne(deps, id)));
    return loaded.filter((each) => each !== undefined);
  }
}

type Change = Extract<FeedEntry, { kind: 'training' }>;

function toLiveEvent(
  deps: FeedMessageDeps,
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

/** Loads each batch once, in its current state. */
async function loadBatchViews({ batches }: FeedMessageDeps, entries: readonly FeedEntry[]) {
  const ids = new Set(entries.flatMap((each) => (each.kind === 'batch' ? [each.batchId] : [])));
  const loaded = await Promise.all([...ids].map((id) => batches.load(id)));
  return new Map(loaded.flatMap((each) => (each ? [[each.batch.id, toBatchView(each.batch)] as const] : [])));
}
