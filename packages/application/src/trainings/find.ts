import type { Training } from '@trainyard/domain';
import { defineError } from '../define-error.ts';
import type { Deps } from '../deps.ts';
import { TrainingNotFoundError, UnreadableTrainingError } from '../errors.ts';
import type { Page, TrainingQuery } from '../ports/training-store/index.ts';

/**
 * Finds a training by its id, by an alias (`job_id`, `request_id` or `runpod_job_id`), or by the last characters of its id.
 * Throws TrainingNotFoundError when none matches, and AmbiguousTrainingError when several ids end in the characters.
 */
export async function findTraining(deps: Pick<Deps, 'store'>, idOrAlias: string): Promise<Training> {
  const direct = await deps.store.load(idOrAlias);
  if (direct) return direct;
  const id = (await deps.store.findByAlias(idOrAlias)) ?? (await findByShortId(deps, idOrAlias));
  const training = id === undefined ? undefined : await deps.store.load(id);
  if (!training) throw new TrainingNotFoundError(idOrAlias);
  return training;
}

/** Thrown when several trainings end in the given short id; `candidates` are their ids, newest first. */
class AmbiguousTrainingError extends defineError(
  'training_ambiguous',
  (shortId: string, candidates: readonly string[]) => ({
    message: `${candidates.length} trainings end in ${shortId}: ${candidates.join(', ')}; pass more characters of the id`,
    candidates,
  }),
) {}

/** The last characters of a UUID, at least 4; tables show 8. */
const SHORT_ID = /^[0-9a-f-]{4,35}$/;
const ID_PAGE_SIZE = 1_000;
const MAX_CANDIDATES = 10;

/** Searches all ids, so that an id that became ambiguous is never taken for the first that had it. */
async function findByShortId({ store }: Pick<Deps, 'store'>, text: string): Promise<string | undefined> {
  const shortId = text.toLowerCase();
  if (!SHORT_ID.test(shortId)) return undefined;
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.listIds({ limit: ID_PAGE_SIZE, ...(cursor !== undefined && { cursor }) });
    found.push(...page.items.filter((id) => id.endsWith(shortId)));
    cursor = page.nextCursor;
  } while (cursor !== undefined && found.length < MAX_CANDIDATES);
  if (found.length > 1) throw new AmbiguousTrainingError(shortId, found.slice(0, MAX_CANDIDATES));
  return found[0];
}

type ReadableDeps = Pick<Deps, 'store' | 'log'>;

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

/** Every training in pages, newest first; unreadable trainings are logged and named. Throws StoreUnavailableError. */
export async function* iterateReadablePages(
  deps: ReadableDeps,
): AsyncIterable<Page<Training> & ReadTrainings> {
  let cursor: string | undefined;
  do {
    const page = await listReadableTrainings(deps, {
      limit: PAGE_SIZE,
      ...(cursor !== undefined && { cursor }),
    });
    yield page;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
