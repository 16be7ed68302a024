import { expect, it } from 'vitest';
import type { Catalogue } from '../../ports/storage/catalogue.ts';
import { SubjectAmbiguousError } from '../../ports/storage/entry-fault.ts';
import type { Manifests } from '../../ports/storage/manifests.ts';
import type { ObjectStore } from '../../ports/storage/object-store.ts';
import { createNewVersion } from './manifest-verdicts.ts';
import { getJson, putJson } from './port-handle.ts';

const ACTORS = 'data/actors.json';
const STYLES = 'data/styles.json';
const SPELLINGS = ['19', '019', '0019'];

/** The cases of the spellings of an actor's number in the catalogue (docs/catalogue.md). */
export function subjectIdContract(store: () => ObjectStore, catalogue: () => Catalogue): void {
  it.each([19, '19', '019', '0019'])('finds the actor %j under every spelling of its number', async (own) => {
    await putJson(store(), ACTORS, [{ id: own, name: 'nineteen' }, { id: '00019' }, { id: '190' }]);
    for (const id of SPELLINGS)
      expect(await catalogue().findActor(id)).toMatchObject({ id: '0019', name: 'nineteen' });
    expect((await catalogue().findActor('19'))?.catalogueId ?? '0019').toBe(String(own));
    expect((await catalogue().listActors()).map(({ id }) => id)).toEqual(['0019', '00019', '0190']);
    await catalogue().setActorFlags('19', { customModelsGood: true });
    await catalogue().setTrainingData(new Map([['0019', { count: 3 }]]));
    expect(await getJson(store(), ACTORS)).toMatchObject([
      { id: own, custom_models_good: true, training_data: { count: 3 } },
      { id: '00019' },
      { id: '190' },
    ]);
  });

  it('refuses an actor that has two entries, names them, and keeps every other actor usable', async () => {
    const written = [{ id: '0019' }, { id: '20' }, { id: 19, training_data: { count: 'many' } }];
    await putJson(store(), ACTORS, written);
    const { ambiguous } = await catalogue().listFaults();
    expect(ambiguous.map(({ fault }) => fault)).toEqual([
      'data/actors.json: actor 1 (0019) and actor 3 (19) are entries of one actor, 0019; merge them into one entry',
    ]);
    for (const id of SPELLINGS) {
      await expect(catalogue().findActor(id)).rejects.toBeInstanceOf(SubjectAmbiguousError);
      await expect(catalogue().hasSubject({ kind: 'actor', id })).rejects.toThrow(ambiguous[0]?.fault);
      await expect(catalogue().setActorFlags(id, {})).rejects.toBeInstanceOf(SubjectAmbiguousError);
    }
    await catalogue().setTrainingData(new Map([['0019', { count: 3 }]]));
    expect(await getJson(store(), ACTORS)).toEqual(written);
    expect(await catalogue().listActors()).toMatchObject([
      { id: '0019', ambiguity: ambiguous[0]?.fault },
      { id: '0020' },
    ]);
    await catalogue().setActorFlags('0020', { customModelsGood: true });
  });

  it('compares the ids of styles as text and refuses a style that has two entries', async () => {
    await putJson(store(), STYLES, [{ id: '16' }, { id: '0016' }, { id: 'a' }, { id: 'a' }]);
    expect((await catalogue().listStyles()).map(({ id }) => id)).toEqual(['16', '0016', 'a']);
    expect(await catalogue().findStyle('016')).toBeUndefined();
    await expect(catalogue().findStyle('a')).rejects.toBeInstanceOf(SubjectAmbiguousError);
  });
}

/** The cases of the spellings of an actor's number in the names of manifests. */
export function manifestFileContract(store: () => ObjectStore, manifests: () => Manifests): void {
  const toKey = (id: string) => `data/actor_manifests/${id}_manifest.json`;
  const listKeys = async () => {
    const keys: string[] = [];
    for await (const { key } of store().list('data/actor_manifests/')) keys.push(key);
    return keys;
  };
  const open = (id: string, training: string) =>
    manifests().openVersion({ kind: 'actor', id }, createNewVersion(training));

  it.each(SPELLINGS)('uses an existing manifest under its own name: %s_manifest.json', async (own) => {
    const versions = [{ name: 'V4' }, { id: 'actor_19_V5' }, { name: 'actor_019_V2' }];
    const custom_lora_models = [{ loraUrl: 's3://b/loras/actor_19_V6.safetensors' }];
    await putJson(store(), toKey(own), { versions, custom_lora_models });
    expect(await open('019', 't1')).toMatchObject({ id: 'actor_0019_t1', name: 'V7' });
    for (const id of SPELLINGS) {
      expect(await manifests().listVersions({ kind: 'actor', id })).toHaveLength(4);
      expect((await manifests().listVersionsByActor([id])).get(id)).toHaveLength(4);
    }
    expect(await listKeys()).toEqual([toKey(own)]);
  });

  it.each([
    ['the spelling of the catalogue', [{ id: '019' }], '019'],
    ['four digits when the catalogue lacks the actor', [], '0019'],
    ['four digits when the catalogue has the actor twice', [{ id: '19' }, { id: '019' }], '0019'],
  ])('gives a new manifest %s', async (_, actors, spelling) => {
    await putJson(store(), ACTORS, actors);
    const opened = await Promise.all(SPELLINGS.map((id) => open(id, `t${id}`)));
    expect(new Set(opened.map(({ name }) => name))).toEqual(new Set(['V1', 'V2', 'V3']));
    expect(await listKeys()).toEqual([toKey(spelling)]);
  });

  it('refuses an actor whose manifests differ, and keeps every other actor usable', async () => {
    await putJson(store(), toKey('0019'), { versions: [{ name: 'V1' }] });
    await putJson(store(), toKey('19'), { versions: [{ name: 'V2' }] });
    await expect(open('19', 't1')).rejects.toBeInstanceOf(SubjectAmbiguousError);
    await expect(manifests().listVersions({ kind: 'actor', id: '0019' })).rejects.toThrow(
      'data/actor_manifests/0019_manifest.json and data/actor_manifests/19_manifest.json are manifests of one actor, 0019, and differ; keep one of them',
    );
    expect((await manifests().listVersionsByActor(['0019', '20'])).get('0019')).toBeInstanceOf(
      SubjectAmbiguousError,
    );
    expect(await open('20', 't2')).toMatchObject({ name: 'V1' });
    await store().delete(toKey('19'));
    expect(await open('19', 't1')).toMatchObject({ name: 'V2' });
  });

  it('keeps equal manifests of one actor equal, also for concurrent writers', async () => {
    const versions = [{ name: 'V1' }];
    for (const id of ['0019', '19']) await putJson(store(), toKey(id), { versions });
    await Promise.all(['t1', 't2', 't3', 't4'].map((training) => open('19', training)));
    const written = await getJson(store(), toKey('0019'));
    expect(await getJson(store(), toKey('19'))).toEqual(written);
    expect((written as { versions: unknown[] }).versions).toHaveLength(5);
    expect((await manifests().listVersionsByActor(['19'])).get('19')).toHaveLength(5);
  });
}
