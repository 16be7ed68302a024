import type { Subject } from '@trainyard/domain';
import { expect, it } from 'vitest';
import { CorruptDocumentError } from '../../errors.ts';
import type { Manifests } from '../../ports/storage/manifests.ts';
import type { ObjectStore } from '../../ports/storage/object-store.ts';
import { createNewVersion } from './manifest-verdicts.ts';
import { getJson, putJson } from './port-handle.ts';

const actor: Subject = { kind: 'actor', id: '0019' };
const KEY = 'data/actor_manifests/0019_manifest.json';

/** The cases of foreign documents: unknown fields, unreadable documents and entries. */
export function foreignManifestContract(store: () => ObjectStore, manifests: () => Manifests): void {
  it('keeps every unknown field at every depth', async () => {
    const foreignVersion = {
      id: 19,
      name: 'V4',
      parameters: { deep: { er: [1, null] } },
      status: 'odd',
      more: {},
    };
    const models = [{ version: 'V4', theirs: [1] }];
    const document = {
      actor_id: '0019',
      images: { a: 1 },
      versions: [foreignVersion],
      custom_lora_models: models,
    };
    await putJson(store(), KEY, document);
    const opened = await manifests().openVersion(actor, createNewVersion('t1'));
    expect(opened.name).toBe('V5');
    expect(await getJson(store(), KEY)).toEqual({ ...document, versions: [foreignVersion, opened] });
    expect((await manifests().listVersions(actor))[0]).toMatchObject({
      id: '19',
      name: 'V4',
      status: 'pending',
    });
  });

  it.each([
    ['{"versions": [', /0019_manifest\.json: not JSON/],
    ['[]', /the manifest is not an object/],
    ['{"versions": {}}', /versions/],
  ])('rejects a corrupt manifest by its key and never overwrites it: %s', async (text, fault) => {
    await putJson(store(), KEY, text);
    await expect(manifests().listVersions(actor)).rejects.toThrow(fault);
    const write = manifests().openVersion(actor, createNewVersion('t1'));
    await expect(write).rejects.toBeInstanceOf(CorruptDocumentError);
    expect((await store().head(KEY))?.sizeBytes).toBe(text.length);
  });

  it('keeps the fault of a single version to this version, and names it to callers that need every version', async () => {
    const broken = [{ id: '1', name: 'V1', imageCount: 'many' }, 7];
    await putJson(store(), KEY, {
      versions: [...broken, { id: '2', name: 'V2' }],
      custom_lora_models: [null],
    });
    expect((await manifests().listVersions(actor)).map(({ name }) => name)).toEqual(['V2']);
    expect((await manifests().listFaults(actor)).map(({ fault }) => fault)).toEqual([
      `${KEY}: version 1 (1).imageCount: "many" is not a number`,
      `${KEY}: version 2 is not an object`,
    ]);
    const strict = manifests().listVersions(actor, { strict: true });
    await expect(strict).rejects.toBeInstanceOf(CorruptDocumentError);
    expect((await manifests().listVersionsByActor(['0019'])).get('0019')).toBeInstanceOf(
      CorruptDocumentError,
    );
    const opened = await manifests().openVersion(actor, createNewVersion('t1'));
    expect(opened.name).toBe('V3');
    const { versions, custom_lora_models } = (await getJson(store(), KEY)) as Record<string, unknown[]>;
    expect([versions?.slice(0, 2), custom_lora_models]).toEqual([broken, [null]]);
  });

  it('writes the end of a training into an entry with a foreign value', async () => {
    const own = { id: '1', name: 'V1', training_id: 't1', cost: 'much', warnings: 7 };
    await putJson(store(), KEY, { versions: [own] });
    const ended = { ...createNewVersion('t1'), status: 'failed', name: 'V1' } as const;
    expect(await manifests().finalizeVersion(actor, ended)).toMatchObject({ name: 'V1', status: 'failed' });
  });

  it('rejects an id that is not a valid part of a key', async () => {
    const climbing: Subject = { kind: 'actor', id: '../../x' };
    await expect(manifests().openVersion(climbing, createNewVersion('t'))).rejects.toMatchObject({
      retryable: false,
    });
  });
}
