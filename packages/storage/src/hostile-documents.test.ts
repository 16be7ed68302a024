import { createMemoryObjectStore, type ObjectStore } from '@trainyard/application';
import {
  actorDocumentSchema,
  selectionSetDocumentSchema,
  styleDocumentSchema,
  versionDocumentSchema,
} from '@trainyard/contracts';
import { describe, expect, it } from 'vitest';
import { createCatalogue, createManifests } from './index.ts';

type Json = Readonly<Record<string, unknown>>;

const SETS = 'resources/style_images/16_oil/selection_sets.json';
const MANIFEST = 'data/actor_manifests/1_manifest.json';
const ACTOR = { kind: 'actor', id: '1' } as const;
const GOOD_URLS = ['s3://bucket/a.png'];

/** Values of every type and length that other tools, or people, may write. */
const HOSTILE: readonly unknown[] = [
  ...['a\ud800', 'a\u0000b', '\u001b[31m', 'x'.repeat(70_000), '', ' ', '15', 'true', 'NaN', '../x', '..'],
  ...[15, -1, 1.5, 1e300, true, false, null, [], {}, [null], [['a']], ['a\ud800'], { a: { b: 1 } }],
];

interface Shape {
  readonly shape: Json;
}

/** Every known field of a schema, so that a new field is tested without a change of this test. */
const FIELDS = {
  actor: Object.keys((actorDocumentSchema satisfies Shape).shape),
  trainingData: ['s3_urls', 'local_path', 'count', 'synced'],
  style: Object.keys((styleDocumentSchema satisfies Shape).shape),
  set: Object.keys((selectionSetDocumentSchema satisfies Shape).shape),
  version: Object.keys((versionDocumentSchema satisfies Shape).shape),
};

async function open(documents: Readonly<Record<string, unknown>>) {
  const store = createMemoryObjectStore();
  for (const [key, json] of Object.entries(documents)) await store.put(key, JSON.stringify(json));
  const catalogue = createCatalogue(store);
  return { store, catalogue, manifests: createManifests(store, catalogue) };
}

async function readEntries(store: ObjectStore, key: string, name?: string): Promise<readonly unknown[]> {
  const json = JSON.parse(new TextDecoder().decode((await store.get(key))?.body));
  return name === undefined ? json : json[name];
}

function toEntries(fields: readonly string[], base: Json): readonly Json[] {
  return fields.flatMap((field) => HOSTILE.map((value) => ({ ...base, [field]: value })));
}

describe('a hostile value in any field of an entry', () => {
  it.each(FIELDS.actor)('of an actor leaves every other actor usable: %s', async (field) => {
    for (const entry of toEntries([field], { id: '2', name: 'two' })) {
      const { store, catalogue } = await open({ 'data/actors.json': [{ id: '1' }, entry, { id: '3' }] });
      const ids = (await catalogue.listActors()).map(({ id }) => id);
      expect(ids).toEqual(expect.arrayContaining(['0001', '0003']));
      expect(ids.length + (await catalogue.listFaults()).unreadable.length).toBe(3);
      await catalogue.setActorFlags('3', { customModelsGood: true });
      expect((await readEntries(store, 'data/actors.json'))[1]).toEqual(JSON.parse(JSON.stringify(entry)));
    }
  });

  it.each(FIELDS.trainingData)('of training data leaves every other actor usable: %s', async (field) => {
    for (const data of toEntries([field], { s3_urls: GOOD_URLS })) {
      const actors = [{ id: '1' }, { id: '2', training_data: data }];
      const { catalogue } = await open({ 'data/actors.json': actors });
      expect(await catalogue.findActor('1')).toBeDefined();
      const { unreadable } = await catalogue.listFaults();
      expect((await catalogue.listActors()).length + unreadable.length).toBe(2);
    }
  });

  it.each(FIELDS.style)('of a style leaves every other style usable: %s', async (field) => {
    for (const entry of toEntries([field], { id: '2', name: 'two' })) {
      const { catalogue } = await open({ 'data/styles.json': [entry, { id: '16' }] });
      const { unreadable } = await catalogue.listFaults();
      expect((await catalogue.listStyles()).length + unreadable.length).toBe(2);
      await catalogue.setStyleGood('16', true);
      expect(await catalogue.findStyle('16')).toMatchObject({ customModelsGood: true });
    }
  });

  it.each(FIELDS.set)('of a selection set leaves every other set usable: %s', async (field) => {
    for (const entry of toEntries([field], { id: 1, images: ['a.png'] })) {
      const sets = { selection_sets: [entry, { id: 7, images: ['b.png'] }] };
      const { catalogue } = await open({ 'data/styles.json': [{ id: '16' }], [SETS]: sets });
      expect((await catalogue.listSelectionSets('16')).some(({ id }) => id === 7)).toBe(true);
      const created = await catalogue.createSelectionSet('16', { name: 'new', images: [] });
      await catalogue.deleteSelectionSet('16', created.id);
    }
  });

  it.each(FIELDS.version)('of a version leaves every other version usable: %s', async (field) => {
    for (const entry of toEntries([field], { id: 'x', name: 'V1' })) {
      const { manifests } = await open({ [MANIFEST]: { versions: [entry, { id: 'y', name: 'V2' }] } });
      expect((await manifests.listVersions(ACTOR)).some(({ id }) => id === 'y')).toBe(true);
      await manifests.listVersionsByActor(['1']);
      expect(await manifests.setVerdicts(ACTOR, new Map([['y', 'good']]))).toMatchObject([{ good: true }]);
      const version = {
        training_id: 't9',
        status: 'submitting',
        timestamp: '',
        parameters: {},
        imageCount: 1,
      };
      const opened = await manifests.openVersion(ACTOR, { ...version, status: 'submitting', attempt: 1 });
      const ended = { ...version, status: 'completed', name: opened.name, attempt: 1 } as const;
      expect(await manifests.finalizeVersion(ACTOR, ended)).toMatchObject({ status: 'completed' });
    }
  });

  it.each(FIELDS.version)('of the version of a training does not prevent its end: %s', async (field) => {
    for (const value of HOSTILE) {
      if (field === 'training_id') continue;
      const own = { id: 'x', name: 'V1', training_id: 't1', [field]: value };
      const { manifests } = await open({ [MANIFEST]: { versions: [own] } });
      const end = { training_id: 't1', timestamp: '', parameters: {}, imageCount: 1, attempt: 1 };
      const ended = await manifests.finalizeVersion(ACTOR, { ...end, status: 'completed', name: 'V1' });
      expect(ended).toMatchObject({ status: 'completed', training_id: 't1' });
    }
  });
});
