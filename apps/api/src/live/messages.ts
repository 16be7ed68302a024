import { getBudgetStop, type FeedEntry, isProgress } from '@trainyard/application';
import type { LiveEvent } from '@trainyard/contracts';
import type { Training } from '@trainyard/domain';
import type { ApiDeps } from '../options.ts';
import { batchView } from '../views/auto-train/runs.ts';
import { controlView } from '../views/dispatch.ts';
import { eventView } from '../views/event.ts';
import { trainingView } from '../views/training.ts';

/** What is told to everyone who listens. */
export interface Message {
  readonly position: string;
  /** Whom it is about; absent when about no single training. */
  readonly trainingId?: string;
  readonly event: LiveEvent;
}

type MessageDeps = Pick<ApiDeps, 'store' | 'batches' | 'budgets' | 'settings' | 'clock' | 'log'>;

/** One that cannot be read must not silence the others. */
const loadOne = async (deps: MessageDeps, id: string): Promise<Training | undefined> => {
  try {
    return await deps.store.load(id);
  } catch (error) {
    deps.log.warn('live_view_missing', { training_id: id, error });
    return undefined;
  }
};

const loadEach = async (deps: MessageDeps, ids: readonly string[]): Promise<readonly Training[]> => {
  try {
    return await deps.store.loadAll(ids);
  } catch {
    const loaded = await Promise.all(ids.map((id) => loadOne(deps, id)));
    return loaded.filter((each) => each !== undefined);
  }
};

type Change = Extract<FeedEntry, { kind: 'training' }>;

const told = (
  deps: MessageDeps,
  { trainingId, event }: Change,
  training: Training | undefined,
): LiveEvent => {
  const view = training ? trainingView(deps, training) : null;
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
    data: { training_id: trainingId, event: eventView(event), training: view },
  };
};

/** Each batch once, as it is now. */
const batchesOf = async ({ batches }: MessageDeps, entries: readonly FeedEntry[]) => {
  const ids = new Set(entries.flatMap((each) => (each.kind === 'batch' ? [each.batchId] : [])));
  const held = await Promise.all([...ids].map((id) => batches.load(id)));
  return new Map(held.flatMap((each) => (each ? [[each.batch.id, batchView(each.batch)] as const] : [])));
};

/** What changed, in the words of the API; each training is read once, as it is now. */
export const messagesOf = async (
  deps: MessageDeps,
  entries: readonly FeedEntry[],
): Promise<readonly Message[]> => {
  const ids = entries.flatMap((each) => (each.kind === 'training' ? [each.trainingId] : []));
  const trainings = await loadEach(deps, [...new Set(ids)]);
  const byId = new Map(trainings.map((training) => [training.id, training]));
  const control = entries.some(({ kind }) => kind === 'dispatch')
    ? controlView(await deps.store.getControl(), await getBudgetStop(deps))
    : undefined;
  const batches = await batchesOf(deps, entries);
  return entries.flatMap((entry): readonly Message[] => {
    const { position } = entry;
    if (entry.kind === 'dispatch')
      return control ? [{ position, event: { event: 'dispatch.changed', data: control } }] : [];
    if (entry.kind === 'batch') {
      const batch = batches.get(entry.batchId);
      return batch ? [{ position, event: { event: 'batch.changed', data: batch } }] : [];
    }
    const { trainingId } = entry;
    return [{ position, trainingId, event: told(deps, entry, byId.get(trainingId)) }];
  });
};
