import { createMemoryObjectStore } from '@trainyard/application';
import { describe, expect, it } from 'vitest';
import { createCatalogue } from './catalogue/catalogue.ts';
import { createManifests } from './manifests/manifests.ts';

async function merge(entries: readonly object[], stored: readonly object[] = []) {
  const store = createMemoryObjectStore();
  await store.put('data/actors.json', JSON.stringify(stored));
  const document = { name: 'actors.json', bytes: new Uint8Array(), json: entries };
  const results = await createCatalogue(store).mergeSubjects('actor', document);
  const list = JSON.parse(new TextDecoder().decode((await store.get('data/actors.json'))?.body));
  return { list, results: results.map(({ outcome, item, detail }) => [outcome, item, detail ?? '']) };
}

describe('entries of one actor under two spellings of its id', () => {
  it('are joined with a warning when no value differs', async () => {
    const { list, results } = await merge([
      { id: 19, name: 'Zoë' },
      { id: '0019', name: 'Zoë', age: 20 },
    ]);
    expect(list).toEqual([{ id: 19, name: 'Zoë', age: 20 }]);
    expect(results).toContainEqual(['warning', 'actor 0019', 'joined with actor 19: one actor, 0019']);
  });

  it('are all refused by name when a value differs, and leave every other entry imported', async () => {
    const { list, results } = await merge([
      { id: 19, name: 'Zoë' },
      { id: '7' },
      { id: '0019', name: 'Anna' },
    ]);
    expect(list).toEqual([{ id: '7' }]);
    expect(results.filter(([outcome]) => outcome === 'refused')).toEqual([
      [
        'refused',
        'actor 0019',
        'actor 19 and 0019 are one actor, 0019, and differ in name; keep one of them',
      ],
      ['refused', 'actor 19', 'the source has a different entry of it under another spelling of its id'],
    ]);
  });

  it('are filled into the stored entry with a warning, and refused when the store has both', async () => {
    const filled = await merge([{ id: '0019', age: 20 }], [{ id: 19 }]);
    expect(filled.list).toEqual([{ id: 19, age: 20 }]);
    expect(filled.results[0]).toEqual([
      'warning',
      'actor 0019',
      'joined with actor 19 of the catalogue: one actor, 0019',
    ]);
    const stored = [{ id: 19 }, { id: '0019' }];
    const ambiguous = await merge([{ id: '19', age: 20 }], stored);
    expect(ambiguous.list).toEqual(stored);
    expect(ambiguous.results[0]?.[2]).toContain('actor 0019 has 2 entries; merge them into one entry');
  });
});

it('an entry without an id is named by its position', async () => {
  expect((await merge([{ name: 'nameless' }, { id: '' }, 17 as never])).results).toEqual([
    expect.anything(),
    expect.anything(),
    ['refused', 'actor entry 3', 'actors.json: actor 3 is not an object'],
  ]);
  expect((await merge([{ name: 'nameless' }, { id: '' }])).results).toEqual([
    ['refused', 'actor entry 1', 'entry 1 has no id'],
    ['refused', 'actor entry 2', 'entry 2 has no id'],
  ]);
});

it('versions without an id are imported once by their name', async () => {
  const store = createMemoryObjectStore();
  const manifests = createManifests(store, createCatalogue(store));
  const json = {
    versions: [
      { name: 'V1', status: 'failed' },
      { status: 'failed', own: 1 },
    ],
  };
  const document = { name: 'm.json', bytes: new Uint8Array(), json };
  for (const outcome of ['added', 'kept'])
    expect(await manifests.mergeManifest({ kind: 'actor', id: '19' }, document)).toMatchObject([
      { outcome },
      { outcome },
    ]);
});
