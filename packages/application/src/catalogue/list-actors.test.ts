import { describe, expect, it } from 'vitest';
import type { Actor } from '../ports/storage/catalogue.ts';
import { type ActorQuery, listActors } from './list-actors.ts';

function actor(id: string, more: Partial<Actor> = {}): Actor {
  return {
    id,
    name: `actor ${id}`,
    trainingData: { s3Urls: [], count: 0, synced: false },
    trainingDataGood: false,
    customModelsGood: false,
    ...more,
  };
}

/** A catalogue with these actors; `state.actors` can be replaced between calls. */
function createCatalogue(...ids: readonly string[]) {
  const state = { actors: ids.map((id) => actor(id)) as readonly Actor[] };
  const live = new Set<string>();
  const asked: string[] = [];
  const deps = {
    catalogue: { listActors: async () => state.actors },
    store: {
      listUnfinished: async ({ id }: { id: string }) => {
        asked.push(id);
        return live.has(id) ? [`t-${id}`] : [];
      },
    },
  } as unknown as Parameters<typeof listActors>[0];
  const page = async (query: ActorQuery) => {
    const { items, ...rest } = await listActors(deps, query);
    return { ids: items.map(({ id }) => id), ...rest };
  };
  return { state, live, asked, page };
}

describe('listActors', () => {
  it('sorts ids by the numbers in them', async () => {
    const { page } = createCatalogue('10', '2', '1');
    expect((await page({ sort: 'id' })).ids).toEqual(['1', '2', '10']);
    expect((await page({ sort: 'id', descending: true })).ids).toEqual(['10', '2', '1']);
    expect((await page({})).ids).toEqual(['10', '2', '1']);
  });

  it('continues after the last actor of a page when actors were inserted before it', async () => {
    const { page, state } = createCatalogue('b', 'c', 'd');
    const { nextCursor = '' } = await page({ sort: 'id', limit: 2 });
    state.actors = [actor('a'), ...state.actors];
    expect((await page({ sort: 'id', limit: 2, cursor: nextCursor })).ids).toEqual(['d']);
  });

  it('continues at the same index when the last actor of a page was removed', async () => {
    const { page, state } = createCatalogue('a', 'b', 'c', 'd');
    const { nextCursor = '' } = await page({ limit: 2 });
    state.actors = state.actors.filter(({ id }) => id !== 'b');
    expect((await page({ limit: 2, cursor: nextCursor })).ids).toEqual(['c', 'd']);
  });

  it('rejects a cursor that was created for a different sort order', async () => {
    const { page } = createCatalogue('a', 'b');
    const { nextCursor = '' } = await page({ limit: 1 });
    await expect(page({ sort: 'name', cursor: nextCursor })).rejects.toMatchObject({
      code: 'invalid_cursor',
    });
  });

  it('reads the live trainings of no more actors than the page needs', async () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => String(index));
    const { page, live, asked } = createCatalogue(...ids);
    for (const id of ['3', '5', '900']) live.add(id);
    const first = await page({ live: true, limit: 1 });
    expect([first.ids, first.total, asked.length < 200]).toEqual([['3'], undefined, true]);
    const second = await page({ live: true, limit: 2, cursor: first.nextCursor ?? '' });
    expect([second.ids, second.nextCursor]).toEqual([['5', '900'], undefined]);
  });
});
