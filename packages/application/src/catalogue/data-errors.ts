import { datasetErrors } from '@trainyard/domain';
import { findKnownData } from '../auto-train/candidates.ts';
import type { Deps } from '../deps.ts';
import type { Actor } from '../ports/storage/catalogue.ts';

/**
 * Counts the known errors of the training data of many actors, by actor id: those of the current dataset report, else those
 * that the list of images alone shows. The absence of images is a state of the data, and no error. Reads no image.
 */
export async function countDataErrors(
  deps: Pick<Deps, 'datasetReports' | 'settings' | 'clock'>,
  actors: readonly Actor[],
): Promise<ReadonlyMap<string, number>> {
  const reports = await deps.datasetReports.findMany(
    'actor',
    actors.map(({ id }) => id),
  );
  return new Map(
    actors.map((actor) => {
      const errors = datasetErrors(findKnownData(deps, actor, reports.get(actor.id)));
      return [actor.id, errors.filter(({ code }) => code !== 'no_images').length];
    }),
  );
}
