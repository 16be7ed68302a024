import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CorruptDocumentError, SubjectNotFoundError } from '../../errors.ts';
import type { Catalogue } from '../../ports/storage/catalogue.ts';
import { CatalogueEntryUnreadableError } from '../../ports/storage/entry-fault.ts';
import type { ObjectStore } from '../../ports/storage/object-store.ts';
import { getJson, type PortHandle, type PortWithStore, putJson } from './port-handle.ts';
import { selectionSetsContract } from './selection-sets.ts';
import { subjectIdContract } from './subject-ids.ts';

const ACTORS = 'data/actors.json';
const STYLES = 'data/styles.json';
const anna = {
  id: '0019',
  name: '0019 european 20 female',
  age: 20,
  sex: 'female',
  ethnicity: 'european',
  description: null,
  poster: 's3://local/actors/0019/poster.png',
  training_data: {
    s3_urls: ['s3://local/actors/0019/training_data/image_1.png'],
    local_path: 'data/actors/0019/training_data',
    count: 23,
    synced: true,
    theirs: { deep: [1] },
  },
  training_data_good: true,
  custom_models_good: false,
  theirs: 'kept',
};

/** The cases that every catalogue over an object store passes (docs/catalogue.md). */
export function catalogueContract(
  name: string,
  open: () => Promise<PortHandle<PortWithStore<Catalogue>>>,
): void {
  describe(`${name} as a catalogue`, () => {
    let handle: PortHandle<PortWithStore<Catalogue>>;
    beforeEach(async () => {
      handle = await open();
    });
    afterEach(() => handle.close());
    const store = () => handle.port.store;
    const catalogue = () => handle.port.documents;
    testActors(store, catalogue);
    subjectIdContract(store, catalogue);
    testStyles(store, catalogue);
    testFlags(store, catalogue);
    testCorruptDocuments(store, catalogue);
    selectionSetsContract(store, catalogue);
  });
}

function testActors(store: () => ObjectStore, catalogue: () => Catalogue): void {
  it('is empty without documents', async () => {
    expect(await catalogue().listActors()).toEqual([]);
    expect(await catalogue().listStyles()).toEqual([]);
    expect(await catalogue().findActor('0019')).toBeUndefined();
    expect(await catalogue().hasSubject({ kind: 'style', id: '16' })).toBe(false);
  });

  it.each([
    ['a list', [anna]],
    ['an object', { version: 3, actors: [anna] }],
  ])('reads actors from %s', async (_, document) => {
    await putJson(store(), ACTORS, document);
    expect(await catalogue().listActors()).toEqual([
      {
        id: '0019',
        name: '0019 european 20 female',
        age: 20,
        sex: 'female',
        ethnicity: 'european',
        poster: 's3://local/actors/0019/poster.png',
        trainingData: {
          s3Urls: ['s3://local/actors/0019/training_data/image_1.png'],
          localPath: 'data/actors/0019/training_data',
          count: 23,
          synced: true,
        },
        trainingDataGood: true,
        customModelsGood: false,
      },
    ]);
    expect(await catalogue().hasSubject({ kind: 'actor', id: '0019' })).toBe(true);
  });

  it('reads an actor that has only an id as one without training data and without good flags', async () => {
    await putJson(store(), ACTORS, [{ id: '7' }]);
    expect(await catalogue().findActor('7')).toEqual({
      id: '0007',
      catalogueId: '7',
      name: '7',
      trainingData: { s3Urls: [], count: 0, synced: false },
      trainingDataGood: false,
      customModelsGood: false,
    });
  });

  it('reads a document again that a different writer changed', async () => {
    await putJson(store(), ACTORS, [anna]);
    expect(await catalogue().listActors()).toHaveLength(1);
    await putJson(store(), ACTORS, [anna, { id: '0042' }]);
    expect(await catalogue().listActors()).toHaveLength(2);
    await store().delete(ACTORS);
    expect(await catalogue().listActors()).toEqual([]);
  });
}

function testStyles(store: () => ObjectStore, catalogue: () => Catalogue): void {
  it('reads styles with numeric ids and trigger tokens', async () => {
    await putJson(store(), STYLES, { styles: [{ id: 16, name: 'Misty oil', trigger_token: 'style_16' }] });
    expect(await catalogue().listStyles()).toEqual([
      { id: '16', name: 'Misty oil', trigger: 'style_16', customModelsGood: false },
    ]);
    expect(await catalogue().hasSubject({ kind: 'style', id: '16' })).toBe(true);
  });
}

function testFlags(store: () => ObjectStore, catalogue: () => Catalogue): void {
  it('keeps the shape and the unknown fields of the file when it sets a flag', async () => {
    await putJson(store(), ACTORS, { version: 3, actors: [{ id: 20, odd: [null] }, anna] });
    await catalogue().setActorFlags('0019', { customModelsGood: true });
    await catalogue().setActorFlags('020', { trainingDataGood: true });
    expect(await getJson(store(), ACTORS)).toEqual({
      version: 3,
      actors: [
        { id: 20, odd: [null], training_data_good: true },
        { ...anna, custom_models_good: true },
      ],
    });
    expect((await catalogue().findActor('0019'))?.customModelsGood).toBe(true);
  });

  it('does not write a flag that has the value already', async () => {
    await putJson(store(), ACTORS, [anna]);
    const before = await store().head(ACTORS);
    await catalogue().setActorFlags('0019', { customModelsGood: false, trainingDataGood: true });
    expect((await store().head(ACTORS))?.etag).toBe(before?.etag);
  });

  it('keeps all flags that are set concurrently on many subjects', async () => {
    const ids = Array.from({ length: 8 }, (_, index) => `00${index}`);
    await putJson(
      store(),
      ACTORS,
      ids.map((id) => ({ id })),
    );
    await Promise.all(ids.map((id) => catalogue().setActorFlags(id, { customModelsGood: true })));
    expect((await catalogue().listActors()).every((actor) => actor.customModelsGood)).toBe(true);
  });

  it('sets the flag of a style and rejects an unknown subject', async () => {
    await putJson(store(), STYLES, [{ id: 16, name: 'Misty oil' }]);
    await catalogue().setStyleGood('16', true);
    expect(await getJson(store(), STYLES)).toEqual([{ id: 16, name: 'Misty oil', custom_models_good: true }]);
    await expect(catalogue().setStyleGood('17', true)).rejects.toBeInstanceOf(SubjectNotFoundError);
    await expect(catalogue().setActorFlags('1', {})).rejects.toBeInstanceOf(SubjectNotFoundError);
  });
}

function testCorruptDocuments(store: () => ObjectStore, catalogue: () => Catalogue): void {
  it.each([
    ['{"actors": [', /data\/actors\.json: not JSON/],
    ['"text"', /neither a list nor an object/],
    ['{"actors": 7}', /actors is not a list/],
  ])('rejects a corrupt document by its key: %s', async (text, fault) => {
    await putJson(store(), ACTORS, text);
    await expect(catalogue().listActors()).rejects.toThrow(fault);
    await expect(catalogue().listActors()).rejects.toBeInstanceOf(CorruptDocumentError);
  });

  it.each([
    ['1', /actors\.json: actor 2 is not an object/],
    ['null', /actor 2 is not an object/],
    ['{"name": "nameless"}', /actor 2\.id/],
    ['{"id": "../2"}', /actor 2 \(\.\.\/2\)\.id: must not contain a slash/],
    ['{"id": "2", "name": "a\\u0000"}', /actor 2 \(2\)\.name: holds a control character/],
    ['{"id": "2", "age": NaN}', /actor 2 \(2\)\.age/],
    [
      '{"id": "2", "training_data": {"count": "many"}}',
      /actor 2 \(2\)\.training_data\.count: "many" is not a number/,
    ],
  ])('keeps the fault of a single entry to this entry: %s', async (entry, fault) => {
    await putJson(store(), ACTORS, `[{"id": "1"}, ${entry}, {"id": "3"}]`);
    expect((await catalogue().listActors()).map(({ id }) => id)).toEqual(['0001', '0003']);
    const { unreadable } = await catalogue().listFaults();
    expect(unreadable).toMatchObject([{ key: ACTORS, fault: expect.stringMatching(fault) }]);
    await catalogue().setActorFlags('3', { customModelsGood: true });
    const written = Buffer.from((await store().get(ACTORS))?.body ?? []).toString();
    expect(written.replace(/\s+/g, '')).toContain(`,${entry.replace(/\s+/g, '')},`);
    if (entry.includes('"id": "2"'))
      await expect(catalogue().findActor('2')).rejects.toBeInstanceOf(CatalogueEntryUnreadableError);
  });

  it('reads values that convert without loss, and reports them', async () => {
    const data = { count: '15', synced: 'true', s3_urls: [] };
    await putJson(store(), ACTORS, [
      { id: 7, name: 12, age: '20.5', training_data: data, custom_models_good: 0 },
    ]);
    expect(await catalogue().findActor('7')).toMatchObject({
      name: '12',
      age: 20.5,
      trainingData: { count: 15, synced: true },
      customModelsGood: false,
    });
    const { unreadable, converted } = await catalogue().listFaults();
    expect(unreadable).toEqual([]);
    expect(converted.map(({ fault }) => fault)).toEqual([
      'data/actors.json: actor 1 (7).name: 12 is read as 12',
      'data/actors.json: actor 1 (7).age: "20.5" is read as 20.5',
      'data/actors.json: actor 1 (7).training_data.count: "15" is read as 15',
      'data/actors.json: actor 1 (7).training_data.synced: "true" is read as true',
      'data/actors.json: actor 1 (7).custom_models_good: 0 is read as false',
    ]);
  });

  it('does not write a flag into a corrupt document', async () => {
    await putJson(store(), ACTORS, '{"actors": [');
    const write = catalogue().setActorFlags('0019', { customModelsGood: true });
    await expect(write).rejects.toBeInstanceOf(CorruptDocumentError);
    expect((await store().head(ACTORS))?.sizeBytes).toBe(12);
  });
}
