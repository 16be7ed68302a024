import type { Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { UnreadableTrainingError } from '../errors.ts';
import type { Page, TrainingQuery } from '../ports/training-store/index.ts';

/** Ports that reading trainings needs. */
export type ReadableDeps = Pick<Deps, 'store' | 'log'>;

/** The trainings that were read, and the ids of those that a different version wrote. */
export interface ReadTrainings {
  readonly items: readonly Training[];
  readonly unreadable: readonly string[];
}

/**
 * Loads many trainings. A training written by a different version is logged and named in `unreadable`.
 * Throws StoreUnavailableError.
 */
export async function readTrainings(deps: ReadableDeps, ids: readonly string[]): Promise<ReadTrainings> {
  try {
    return { items: await deps.store.loadAll(ids), unreadable: [] };
  } catch (error) {
    if (!(error instanceof UnreadableTrainingError)) throw error;
    const { trainingId } = error;
    deps.log.error('training_unreadable', { training_id: trainingId, error });
    const others = await readTrainings(
      deps,
      ids.filter((id) => id !== trainingId),
    );
    return { ...others, unreadable: [trainingId, ...others.unreadable] };
  }
}

/**
 * Loads many trainings. A training written by a different version is logged and left out, so that it does not stop the
 * others. Throws StoreUnavailableError.
 */
export async function loadReadableTrainings(
  deps: ReadableDeps,
  ids: readonly string[],
): Promise<readonly Training[]> {
  return (await readTrainings(deps, ids)).items;
}

/**
 * Lists a page of trainings, newest first. A training written by a different version is logged and named in
 * `unreadable`, so that it does not stop the others. Throws StoreUnavailableError.
 */
export async function listReadableTrainings(
  deps: ReadableDeps,
  query: TrainingQuery,
): Promise<Page<Training> & ReadTrainings> {
  try {
    return { ...(await deps.store.list(query)), unreadable: [] };
  } catch (error) {
    if (!(error instanceof UnreadableTrainingError)) throw error;
    const page = await deps.store.listIds(query);
    return { ...page, ...(await readTrainings(deps, page.items)) };
  }
}

const PAGE_SIZE = 200;

/** Every training of a query in pages, newest first; unreadable trainings are logged and named. Throws StoreUnavailableError. */
export async function* iterateReadablePages(
  deps: ReadableDeps,
  query: Omit<TrainingQuery, 'limit' | 'cursor'> = {},
): AsyncIterable<Page<Training> & ReadTrainings> {
  let cursor: string | undefined;
  do {
    const page = await listReadableTrainings(deps, {
      ...query,
      limit: PAGE_SIZE,
      ...(cursor !== undefined && { cursor }),
    });
    yield page;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
