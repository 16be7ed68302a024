import type { Training } from '@trainyard/domain';
import { defineError } from '../define-error.ts';
import type { Deps } from '../deps.ts';
import { TrainingNotFoundError } from '../errors.ts';

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
