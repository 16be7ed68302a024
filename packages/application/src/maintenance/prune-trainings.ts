import { countImages, type Training, type TrainingRequest } from '@trainyard/domain';
import type { Deps } from '../deps.ts';

type PruneDeps = Pick<Deps, 'store' | 'clock' | 'settings' | 'log'>;

/** How many trainings one turn shrinks: the record is never busy with it for long. */
const PAGE_SIZE = 200;

/**
 * Shrinks trainings that ended long ago to a summary: events and frozen inputs are dropped, lists and names go on
 * (SPEC §7). One batch a turn. @returns how many were pruned
 */
export async function pruneTrainings(deps: PruneDeps): Promise<number> {
  const { store, clock, settings } = deps;
  const now = clock.now();
  const trainings = await store.loadAll(await store.listPrunable(now - settings.retentionMs, PAGE_SIZE));
  for (const training of trainings) await store.prune(training, toSummary(training, now));
  if (trainings.length > 0) deps.log.info('trainings_pruned', { count: trainings.length });
  return trainings.length;
}

/** What a list, a name or a sum still needs. The object store's journal keeps the whole. */
function toSummary({ request }: Training, at: number): TrainingRequest {
  const { samplePrompts: _, workflow: __, workflowOverrides: ___, metadata: ____, ...rest } = request;
  const { notifyUrl: _____, ...remaining } = rest;
  return { ...remaining, imageUris: [], samplePrompts: [], pruned: { at, imageCount: countImages(request) } };
}
