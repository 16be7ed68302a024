import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createDryRunStore, type Deps, importFolder, refreshTrainingData } from '@trainyard/application';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCatalogue, createLegacyDocuments, createManifests, openImportFolder } from '../src/index.ts';
import { newFolderStore } from './stores.ts';

const PNG = 'p'.repeat(3_000);
const actorsData = {
  generated: 'by the tool',
  actors: [
    {
      id: '0019',
      name: '0019 european 20 female',
      sex: 'female',
      mood: { deep: [1] },
      training_data: { s3_urls: [], local_path: 'data/actors/0019/training_data', count: 2, synced: false },
      training_data_good: true,
      custom_models_good: true,
    },
    {
      id: '0042',
      name: 'from the tool',
      training_data: { s3_urls: ['s3://local/gone.png'], count: 1, synced: true },
    },
    { name: 'nameless' },
    { id: '0042', name: 'twice' },
  ],
};
const manifest = {
  actor_id: '0019',
  versions: [
    { id: 'actor_0019_1', name: 'V1', status: 'completed', loraUrl: 's3://b/1', good: true, notes: 'theirs' },
    { id: 'actor_0019_2', name: 'V2', status: 'failed' },
  ],
  custom_lora_models: [{ version: 'V1', name: 'actor_0019_V1', loraUrl: 's3://b/1', good: true }],
};
const styleVersions = {
  versions: [{ id: 'style_16_1', name: 'v1.0', status: 'completed', selectionSetId: 1 }],
};
const sets = [{ id: 1, name: 'Set 1', images: ['image_001.jpg'], theirs: true }];

/** A folder of the legacy tools. */
const FILES: Readonly<Record<string, unknown>> = {
  'data/actorsData.json': actorsData,
  'data/actor_manifests/0019_manifest.json': manifest,
  'data/actor_manifests/0042_manifest.json': '{"versions": [',
  'data/actors/0019/training_data/image_1.png': PNG,
  'data/actors/0019/training_data/image_1.txt': 'a portrait',
  'data/actors/0019/training_data/image_2.png': PNG,
  'data/actors/0019/training_data/notes.md': 'not taken',
  'data/styles.json': [{ id: 16, name: 'Misty oil', trigger_token: 'style_16' }],
  'resources/style_images/16_misty_oil/selection_sets.json': sets,
  'resources/style_images/16_misty_oil/training_versions.json': styleVersions,
  'resources/style_images/16_misty_oil/image_001.jpg': PNG,
  'resources/style_images/16_misty_oil/image_001.txt': 'a hill, style_16',
  'resources/style_images/99_unknown/selection_sets.json': sets,
};

function openDocuments(objects: Deps['objects']) {
  const catalogue = createCatalogue(objects);
  const manifests = createManifests(objects, catalogue);
  const legacyDocuments = createLegacyDocuments(objects, catalogue);
  const settings = { customS3Endpoints: [] } as unknown as Deps['settings'];
  return { objects, catalogue, manifests, legacyDocuments, settings };
}

async function openTestImport() {
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-import-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [path, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  const opened = await newFolderStore();
  onTestFinished(() => opened.close());
  const store = opened.port;
  const deps = openDocuments(store);
  const json = async (key: string) => JSON.parse(new TextDecoder().decode((await store.get(key))?.body));
  const keys = async () => {
    const found: string[] = [];
    for await (const { key } of store.list('')) found.push(key);
    return found;
  };
  const run = async (dryRun = false) =>
    importFolder(dryRun ? openDocuments(createDryRunStore(store)) : deps, await openImportFolder(folder), {
      images: true,
      takeFlags: false,
      onProgress: () => undefined,
    });
  return { folder, store, deps, json, keys, run };
}

function listNotes(results: readonly { outcome: string; item: string }[], outcome: string) {
  return results.filter((note) => note.outcome === outcome).map(({ item }) => item);
}

describe('importFolder with a folder of the legacy tools', () => {
  it('imports lists, manifests, selection sets, versions, images and captions with all unknown fields', async () => {
    const { deps, json, store, run } = await openTestImport();
    const { results, refreshed } = await run();
    expect(listNotes(results, 'added').sort()).toEqual(
      [
        'actor 0019',
        'actor 0042',
        'images of actor 0019',
        'images of style 16',
        'model actor_0019_V1 of actor 0019',
        'selection set 1 of style 16',
        'style 16',
        'version V1 of actor 0019',
        'version V2 of actor 0019',
        'version v1.0 of style 16',
      ].sort(),
    );
    expect(listNotes(results, 'refused')).toEqual([
      'actor entry 3',
      'actor 0042',
      'manifest of actor 0042',
      'folder 99_unknown',
    ]);
    const [anna, other] = await json('data/actors.json');
    expect(anna).toMatchObject({ mood: { deep: [1] }, training_data: { count: 2, synced: true } });
    expect(anna.training_data.s3_urls).toEqual(
      [1, 2].map((n) => store.toUri(`actors/0019/training_data/image_${n}.png`)),
    );
    expect(other).toMatchObject({
      name: 'from the tool',
      training_data: { s3_urls: ['s3://local/gone.png'], synced: false },
    });
    expect(refreshed).toMatchObject([
      { actorId: '0019' },
      { actorId: '0042', missing: ['s3://local/gone.png'] },
    ]);
    expect(await json('data/actor_manifests/0019_manifest.json')).toMatchObject({
      ...manifest,
      training_data_good: true,
      custom_models_good: true,
    });
    expect(await deps.catalogue.listSelectionSets('16')).toMatchObject([
      { images: [store.toUri('styles/16/image_001.jpg')] },
    ]);
    expect(await deps.manifests.listVersions({ kind: 'style', id: '16' })).toMatchObject([{ name: 'v1.0' }]);
    expect(await store.head('styles/16/image_001.txt')).toBeDefined();
    expect(await store.head('actors/0019/training_data/notes.md')).toBeUndefined();
  });

  it('reports the changes in a dry run without writing to the store or the source', async () => {
    const { folder, keys, run } = await openTestImport();
    const { results } = await run(true);
    expect(listNotes(results, 'added')).toContain('selection set 1 of style 16');
    expect(listNotes(results, 'refused')).toContain('manifest of actor 0042');
    expect(await keys()).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual(['data', 'resources']);
  });

  it('adds and overwrites no value in a repeated import', async () => {
    const { deps, store, json, run } = await openTestImport();
    await run();
    await deps.manifests.setVerdicts({ kind: 'actor', id: '0019' }, new Map([['actor_0019_1', 'not_good']]));
    await store.put('actors/0019/training_data/image_1.txt', 'curated here');
    const list = await json('data/actors.json');
    await store.put(
      'data/actors.json',
      JSON.stringify([{ ...list[0], name: 'named here', poster: 'p.png' }, list[1]]),
    );
    const { results } = await run();
    expect(listNotes(results, 'added').concat(listNotes(results, 'filled'))).toEqual([]);
    const after = await json('data/actors.json');
    expect(after).toMatchObject([
      { name: 'named here', poster: 'p.png', custom_models_good: false },
      list[1],
    ]);
    expect(new TextDecoder().decode((await store.get('actors/0019/training_data/image_1.txt'))?.body)).toBe(
      'curated here',
    );
    const [version] = await deps.manifests.listVersions({ kind: 'actor', id: '0019' });
    expect(version).toMatchObject({ name: 'V1', good: false });
  });

  it.each([
    ['data/actors.json', '{"actors": ['],
    ['data/actors.json', '{"actors": 7}'],
    ['data/actor_manifests/0019_manifest.json', '[]'],
    ['resources/style_images/16_misty_oil/selection_sets.json', '"text"'],
    ['resources/style_images/16_misty_oil/training_versions.json', '{"versions": 1}'],
  ])('reports the corrupt stored document %s as refused and leaves it unchanged: %s', async (key, text) => {
    const { store, run } = await openTestImport();
    await store.put(key, text);
    const { results } = await run();
    expect(results.filter(({ outcome }) => outcome === 'refused').map(({ detail }) => detail)).toContainEqual(
      expect.stringContaining(key),
    );
    expect(new TextDecoder().decode((await store.get(key))?.body)).toBe(text);
  });

  it('names unreadable stored entries, leaves them in place and adds the others of the source', async () => {
    const { store, json, run } = await openTestImport();
    const unreadable = {
      'data/actors.json': [17, { id: '0019', age: [], mood: '' }],
      'data/styles.json': [{ id: '7', name: [] }],
      'data/actor_manifests/0019_manifest.json': [1, { id: 'actor_0019_2', name: 'V2', parameters: 'many' }],
      'resources/style_images/16_misty_oil/selection_sets.json': [{ id: 9, images: [7] }],
      'resources/style_images/16_misty_oil/training_versions.json': [null],
    };
    const isManifest = (key: string) => /manifest|versions/.test(key);
    const read = async (key: string) => (isManifest(key) ? (await json(key)).versions : json(key));
    for (const [key, entries] of Object.entries(unreadable))
      await store.put(key, JSON.stringify(isManifest(key) ? { versions: entries } : entries));
    for (const repeated of [false, true]) {
      const { results } = await run();
      const refused = results
        .filter(({ outcome }) => outcome === 'refused')
        .map(({ detail }) => detail ?? '');
      for (const [key, entries] of Object.entries(unreadable)) {
        expect(refused.filter((detail) => detail.startsWith(`${key}: `))).toHaveLength(entries.length);
        expect((await read(key)).slice(0, entries.length)).toEqual(entries);
      }
      const added = ['version V1 of actor 0019', 'selection set 1 of style 16', 'version v1.0 of style 16'];
      for (const item of added)
        expect(results.filter((note) => note.item === item).map(({ outcome }) => outcome)).toEqual([
          repeated ? 'kept' : 'added',
        ]);
    }
  });

  it('names unreadable versions and models of the source, and imports the others once', async () => {
    const { folder, json, run } = await openTestImport();
    const key = 'data/actor_manifests/0019_manifest.json';
    const versions = [1, { id: 'x', name: 'V3', parameters: 'many' }, ...manifest.versions];
    const models = ['text', ...manifest.custom_lora_models];
    await writeFile(join(folder, key), JSON.stringify({ versions, custom_lora_models: models }));
    for (const _ of [1, 2]) {
      const { results } = await run();
      expect(listNotes(results, 'refused')).toEqual(
        expect.arrayContaining([
          'version 1 of actor 0019',
          'version V3 of actor 0019',
          'model 1 of actor 0019',
        ]),
      );
      const { versions, custom_lora_models: models } = manifest;
      expect(await json(key)).toMatchObject({ versions, custom_lora_models: models });
    }
  });
});

describe('refreshTrainingData', () => {
  it('adds the images of an actor without addresses and reports missing ones', async () => {
    const { deps, store } = await openTestImport();
    const data = {
      s3_urls: [store.toUri('actors/1/training_data/a.png')],
      count: 1,
      synced: true,
      theirs: 1,
    };
    await store.put(
      'data/actors.json',
      JSON.stringify([{ id: '1', training_data: data }, { id: '1_b' }, { id: '2' }]),
    );
    await store.put('actors/1_b_european_20/training_data/x.png', PNG);
    await store.put('actors/1_b_european_20/training_data/x.txt', 'caption');
    await store.put('actors/1_b_european_20/training_data/._x.png', PNG);
    expect(await refreshTrainingData(openDocuments(createDryRunStore(store)))).toHaveLength(2);
    expect((await deps.catalogue.findActor('1'))?.trainingData.synced).toBe(true);
    await refreshTrainingData(deps);
    expect(await deps.catalogue.listActors()).toMatchObject([
      { id: '0001', trainingData: { count: 1, synced: false } },
      {
        id: '1_b',
        trainingData: {
          count: 1,
          synced: true,
          s3Urls: [store.toUri('actors/1_b_european_20/training_data/x.png')],
        },
      },
      { id: '0002', trainingData: { count: 0, synced: false } },
    ]);
    expect(await refreshTrainingData(deps)).toEqual([]);
  });
});
