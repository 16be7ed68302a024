import type { Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';

const PAGE_SIZE = 200;

/** Every training, newest first, loaded in pages. Throws UnreadableTrainingError, StoreUnavailableError. */
export async function* iterateTrainings({ store }: Pick<Deps, 'store'>): AsyncIterable<Training> {
  let cursor: string | undefined;
  do {
    const page = await store.list({ limit: PAGE_SIZE, ...(cursor !== undefined && { cursor }) });
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
