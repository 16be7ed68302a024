import type { Subject } from '@trainyard/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VersionNameTakenError } from '../../errors.ts';
import type { Manifests } from '../../ports/storage/manifests.ts';
import type { ObjectStore } from '../../ports/storage/object-store.ts';
import { foreignManifestContract } from './manifest-foreign.ts';
import { createNewVersion, verdictContract } from './manifest-verdicts.ts';
import { getJson, type PortHandle, type PortWithStore, putJson } from './port-handle.ts';
import { manifestFileContract } from './subject-ids.ts';

const actor: Subject = { kind: 'actor', id: '0019' };
const style: Subject = { kind: 'style', id: '16' };
const KEY = 'data/actor_manifests/0019_manifest.json';

/** The cases that every adapter of the manifests over an object store passes (I5). */
export function manifestsContract(
  name: string,
  open: () => Promise<PortHandle<PortWithStore<Manifests>>>,
): void {
  describe(`${name} as manifests`, () => {
    let handle: PortHandle<PortWithStore<Manifests>>;
    beforeEach(async () => {
      handle = await open();
    });
    afterEach(() => handle.close());
    const store = () => handle.port.store;
    const manifests = () => handle.port.documents;
    testVersionNames(store, manifests);
    testLiveStatus(manifests);
    testReopenedVersions(manifests);
    testFinalizedVersions(store, manifests);
    foreignManifestContract(store, manifests);
    verdictContract(store, manifests);
    manifestFileContract(store, manifests);
  });
}

function testLiveStatus(manifests: () => Manifests): void {
  const live = { training_id: 't1', attempt: 1, runpod_job_id: 'run-1' } as const;
  const read = async () => (await manifests().listVersions(actor)).map(({ status }) => status);

  it('writes the status of a live attempt and returns to pending', async () => {
    await manifests().openVersion(actor, createNewVersion('t1', { attempt: 1, status: 'pending' }));
    await manifests().setLiveStatus(actor, { ...live, status: 'training' });
    expect(await manifests().listVersions(actor)).toMatchObject([{ ...live, status: 'training' }]);
    await manifests().setLiveStatus(actor, { ...live, status: 'pending' });
    expect(await read()).toEqual(['pending']);
  });

  it('keeps the status of a later attempt, of an ended version and of a missing entry', async () => {
    await manifests().setLiveStatus(actor, { ...live, status: 'training' });
    expect(await read()).toEqual([]);
    const version = createNewVersion('t1', { attempt: 2, status: 'pending' });
    const { name } = await manifests().openVersion(actor, version);
    await manifests().setLiveStatus(actor, { ...live, status: 'training' });
    expect(await read()).toEqual(['pending']);
    await manifests().finalizeVersion(actor, { ...version, name, status: 'failed' });
    await manifests().setLiveStatus(actor, { ...live, attempt: 2, status: 'training' });
    expect(await read()).toEqual(['failed']);
  });
}

function testVersionNames(store: () => ObjectStore, manifests: () => Manifests): void {
  it('lists no versions of a subject without a document', async () => {
    expect(await manifests().listVersions(actor)).toEqual([]);
    expect(await manifests().listVersions(style)).toEqual([]);
  });

  it('names versions V1, V2, … and writes the fields of the legacy tools', async () => {
    const first = await manifests().openVersion(actor, createNewVersion('t1'));
    expect((await manifests().openVersion(actor, createNewVersion('t2'))).name).toBe('V2');
    expect(first).toEqual({ ...createNewVersion('t1'), id: 'actor_0019_t1', name: 'V1', good: false });
    expect(await getJson(store(), KEY)).toMatchObject({
      versions: [first, { name: 'V2', training_id: 't2' }],
    });
    expect((await manifests().listVersions(actor)).map((version) => version.name)).toEqual(['V1', 'V2']);
  });

  it('assigns a number above every used one, also of models without an entry', async () => {
    const versions = [
      { id: 'x', name: 'V3' },
      { id: 'y', name: 'test_V90' },
      { id: 'z', name: 'v1.0' },
    ];
    await putJson(store(), KEY, { versions, custom_lora_models: [{ name: 'actor_0019_V6' }] });
    expect((await manifests().openVersion(actor, createNewVersion('t'))).name).toBe('V7');
  });

  it('uses the name of the request when it is free and rejects a taken one', async () => {
    expect((await manifests().openVersion(actor, createNewVersion('t1', { name: 'test_1' }))).name).toBe(
      'test_1',
    );
    const again = manifests().openVersion(actor, createNewVersion('t2', { name: 'test_1' }));
    await expect(again).rejects.toBeInstanceOf(VersionNameTakenError);
    expect(await manifests().listVersions(actor)).toHaveLength(1);
  });

  it('gives each of many concurrently opened trainings one entry and one name', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `t${index}`);
    const opened = await Promise.all(ids.map((id) => manifests().openVersion(actor, createNewVersion(id))));
    const wanted = new Set(ids.map((_, index) => `V${index + 1}`));
    expect(new Set(opened.map((version) => version.name))).toEqual(wanted);
    expect(new Set((await manifests().listVersions(actor)).map((version) => version.name))).toEqual(wanted);
  });

  it('writes the versions of a style into its folder', async () => {
    await putJson(store(), 'data/styles.json', [{ id: '16', name: 'Misty oil' }]);
    await manifests().openVersion(style, createNewVersion('t1'));
    const key = 'resources/style_images/16_misty_oil/training_versions.json';
    expect(await getJson(store(), key)).toMatchObject({ versions: [{ id: 'style_16_t1', name: 'V1' }] });
  });
}

function testReopenedVersions(manifests: () => Manifests): void {
  it('keeps id and name for a further attempt and removes the fields of the earlier one', async () => {
    await manifests().openVersion(
      actor,
      createNewVersion('t1', {
        runpod_job_id: 'run-1',
        attempt_deadline: 'x',
        failure: { class: 'data', code: 'x', paid: true },
      }),
    );
    const again = await manifests().openVersion(
      actor,
      createNewVersion('t1', { attempt: 2, description: 'again' }),
    );
    expect(again).toMatchObject({ id: 'actor_0019_t1', name: 'V1', attempt: 2, description: 'again' });
    expect(again).not.toHaveProperty('runpod_job_id');
    expect(again).not.toHaveProperty('failure');
    expect(await manifests().listVersions(actor)).toEqual([again]);
  });

  it('ignores a late writer', async () => {
    await manifests().openVersion(actor, createNewVersion('t1', { attempt: 2 }));
    expect(await manifests().openVersion(actor, createNewVersion('t1', { attempt: 1 }))).toMatchObject({
      attempt: 2,
    });
    const ended = createNewVersion('t1', { attempt: 2, status: 'cancelled' });
    await manifests().finalizeVersion(actor, { ...ended, name: 'V1' });
    const late = await manifests().openVersion(actor, createNewVersion('t1', { attempt: 2 }));
    expect(late.status).toBe('cancelled');
    expect(await manifests().openVersion(actor, createNewVersion('t1', { attempt: 3 }))).toMatchObject({
      status: 'submitting',
      name: 'V1',
    });
  });
}

function testFinalizedVersions(store: () => ObjectStore, manifests: () => Manifests): void {
  const completed = {
    ...createNewVersion('t1', { status: 'completed', loraUrl: 's3://b/m.safetensors' }),
    name: 'V1',
  };

  it('lists a completed version once among the models, however often it is finalized', async () => {
    await manifests().openVersion(actor, createNewVersion('t1'));
    const settled = await manifests().finalizeVersion(actor, { ...completed, duration: 3000, cost: 1.5 });
    expect(settled).toMatchObject({ id: 'actor_0019_t1', name: 'V1', status: 'completed', duration: 3000 });
    const before = await store().head(KEY);
    expect(await manifests().finalizeVersion(actor, { ...completed, duration: 3000, cost: 1.5 })).toEqual(
      settled,
    );
    expect((await store().head(KEY))?.etag).toBe(before?.etag);
    expect(await getJson(store(), KEY)).toMatchObject({
      versions: [settled],
      custom_lora_models: [
        { version: 'V1', name: 'actor_0019_V1', loraUrl: completed.loraUrl, good: false, training_id: 't1' },
      ],
    });
  });

  it('removes the model of a version whose run proves to belong to a different training', async () => {
    await manifests().openVersion(actor, createNewVersion('t1'));
    const good = await manifests().finalizeVersion(actor, {
      ...completed,
      runpod_job_id: 'run-1',
      cost: 1.5,
    });
    expect(good).toMatchObject({ loraUrl: completed.loraUrl, runpod_job_id: 'run-1' });
    const reopened = { ...createNewVersion('t1', { status: 'pending' }), name: 'V1' };
    const version = await manifests().finalizeVersion(actor, reopened);
    expect(version).toMatchObject({ id: 'actor_0019_t1', name: 'V1', status: 'pending' });
    for (const field of ['loraUrl', 'runpod_job_id', 'cost']) expect(version).not.toHaveProperty(field);
    expect(await getJson(store(), KEY)).toMatchObject({ custom_lora_models: [] });
    const again = await manifests().finalizeVersion(actor, completed);
    expect(again).toMatchObject({ status: 'completed', loraUrl: completed.loraUrl });
  });

  it('finalizes a failed version without a model', async () => {
    const failure = { class: 'out_of_memory', code: 'gpu_memory', paid: true } as const;
    await manifests().openVersion(actor, createNewVersion('t1'));
    await manifests().finalizeVersion(actor, {
      ...createNewVersion('t1', { status: 'failed', error: 'OOM', failure }),
      name: 'V1',
    });
    const [version] = await manifests().listVersions(actor);
    expect(version).toMatchObject({ status: 'failed', error: 'OOM', failure });
    const history = await manifests().listVersionsByActor(['0019']);
    expect(history.get('0019')).toMatchObject([{ status: 'failed', failure }]);
    expect(await getJson(store(), KEY)).not.toHaveProperty('custom_lora_models');
  });

  it('writes a missing entry again', async () => {
    await manifests().finalizeVersion(actor, completed);
    expect(await manifests().listVersions(actor)).toMatchObject([{ training_id: 't1', name: 'V1' }]);
  });
}
