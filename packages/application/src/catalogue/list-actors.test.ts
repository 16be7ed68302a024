import { describe, expect, it } from 'vitest';
import type { Actor } from '../ports/storage/catalogue.ts';
import type { VersionFacts } from '../ports/storage/manifests.ts';
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
  const histories = new Map<string, readonly VersionFacts[]>();
  const read: string[] = [];
  const deps = {
    catalogue: { listActors: async () => state.actors },
    store: {
      findBusyActors: async (actorIds: readonly string[]) => {
        asked.push(...actorIds);
        return new Set(actorIds.filter((id) => live.has(id)));
      },
      listUnfinished: async ({ id }: { id: string }) => [`t-${id}`],
    },
    manifests: {
      listVersionsByActor: async (actorIds: readonly string[]) => {
        read.push(...actorIds);
        return new Map(actorIds.map((id) => [id, histories.get(id) ?? []]));
      },
    },
  } as unknown as Parameters<typeof listActors>[0];
  const page = async (query: ActorQuery) => {
    const { items, ...rest } = await listActors(deps, query);
    return { ids: items.map(({ id }) => id), ...rest };
  };
  return { state, live, asked, histories, read, page };
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

  it('filters and sorts by the models of the actors, with the number of hits', async () => {
    const { page, live, histories } = createCatalogue('a', 'b', 'c', 'd');
    const version = { name: 'V1', status: 'completed', good: false, data_digest: 'd' } as const;
    histories.set('b', [{ ...version, timestamp: '2026-11-02T00:00:00Z' }]);
    histories.set('c', [{ ...version, timestamp: '2026-11-03T00:00:00Z', good: true }]);
    live.add('d');
    expect(await page({ model: ['awaiting_review', 'training'] })).toMatchObject({
      ids: ['b', 'd'],
      total: 2,
      catalogueCount: 4,
    });
    expect((await page({ sort: 'last_trained', descending: true })).ids).toEqual(['c', 'b', 'd', 'a']);
    expect((await page({ sort: 'model' })).ids).toEqual(['a', 'd', 'b', 'c']);
    const { nextCursor = '' } = await page({ sort: 'model', limit: 2 });
    expect((await page({ sort: 'model', limit: 2, cursor: nextCursor })).ids).toEqual(['b', 'c']);
    expect((await page({ model: ['none'], live: false, q: 'actor' })).ids).toEqual(['a']);
  });

  it('reads no manifest for a list without a filter or an order of models', async () => {
    const { page, read } = createCatalogue('a', 'b');
    await page({ sort: 'name', live: false });
    expect(read).toEqual([]);
  });

  it('cuts a list into pages of 200 only above 1 000 actors, and only on request', async () => {
    const ids = Array.from({ length: 1_001 }, (_, index) => String(index));
    const { page, state } = createCatalogue(...ids);
    expect((await page({})).ids).toHaveLength(1_001);
    const first = await page({ paged: true });
    expect([first.ids.length, first.total]).toEqual([200, 1_001]);
    expect((await page({ paged: true, cursor: first.nextCursor ?? '' })).ids[0]).toBe('200');
    expect((await page({ paged: true, limit: 300 })).ids).toHaveLength(300);
    state.actors = state.actors.slice(1);
    const whole = await page({ paged: true });
    expect([whole.ids.length, whole.nextCursor]).toEqual([1_000, undefined]);
  });
});
