import type { Subject } from '@trainyard/domain';
import { expect, it } from 'vitest';
import { VersionNotFoundError } from '../../errors.ts';
import type { Manifests, NewVersion } from '../../ports/storage/manifests.ts';
import type { ObjectStore } from '../../ports/storage/object-store.ts';
import { getJson, putJson } from './port-handle.ts';

const actor: Subject = { kind: 'actor', id: '0019' };
const KEY = 'data/actor_manifests/0019_manifest.json';
const NOW = '2026-11-22T12:00:00.000Z';

/** The cases of good marks and of entries of the legacy tools. */
export function verdictContract(store: () => ObjectStore, manifests: () => Manifests): void {
  testVerdicts(store, manifests);
  testForeignEntries(manifests);
}

function testVerdicts(store: () => ObjectStore, manifests: () => Manifests): void {
  const complete = (id: string, name: string) =>
    manifests().finalizeVersion(actor, {
      ...createNewVersion(id, { status: 'completed', loraUrl: `s3://b/${id}` }),
      name,
    });

  it('marks at most one version as good, with its model and its subject, and removes the mark again', async () => {
    const first = await complete('t1', 'V1');
    const second = await complete('t2', 'V2');
    await manifests().setGood(actor, first.id, true);
    expect(await manifests().setGood(actor, second.id, true)).toMatchObject({ name: 'V2', good: true });
    expect(await getJson(store(), KEY)).toMatchObject({
      custom_models_good: true,
      versions: [{ good: false }, { good: true }],
      custom_lora_models: [{ good: false }, { good: true }],
    });
    await manifests().setGood(actor, second.id, false);
    expect((await manifests().listVersions(actor)).map((version) => version.good)).toEqual([false, false]);
    expect(await manifests().getGoodFlags(actor)).toMatchObject({ customModelsGood: false });
  });

  it('keeps the mark of a model when its version is finalized again', async () => {
    const { id } = await complete('t1', 'V1');
    await manifests().setGood(actor, id, true);
    expect(await complete('t1', 'V1')).toMatchObject({ good: true });
    expect(await getJson(store(), KEY)).toMatchObject({ custom_lora_models: [{ good: true }] });
  });

  it('rejects a mark of an unknown version', async () => {
    await expect(manifests().setGood(actor, 'nope', true)).rejects.toBeInstanceOf(VersionNotFoundError);
  });

  it('reads both flags of a subject as undefined until they are set', async () => {
    expect(await manifests().getGoodFlags(actor)).toEqual({
      trainingDataGood: undefined,
      customModelsGood: undefined,
    });
    await putJson(store(), KEY, { theirs: 1 });
    await manifests().setTrainingDataGood(actor, true);
    expect(await getJson(store(), KEY)).toEqual({ theirs: 1, versions: [], training_data_good: true });
    expect(await manifests().getGoodFlags(actor)).toMatchObject({ trainingDataGood: true });
  });

  it('sets the flag of the models without a good version, and marks no version as good when it is unset', async () => {
    await manifests().setCustomModelsGood(actor, true);
    expect(await manifests().getGoodFlags(actor)).toMatchObject({ customModelsGood: true });
    const versions = [{ id: 'v1', name: 'V1', good: true, own: 1 }];
    await putJson(store(), KEY, { versions, custom_models_good: true });
    await manifests().setCustomModelsGood(actor, false);
    expect(await getJson(store(), KEY)).toEqual({
      versions: [{ ...versions[0], good: false }],
      custom_models_good: false,
    });
  });
}

function testForeignEntries(manifests: () => Manifests): void {
  const save = (entry: Record<string, unknown>) => manifests().upsertVersion(actor, entry, NOW);

  it('adds an entry of a legacy tool and updates it when it is saved again', async () => {
    const first = await save({ id: 'a1', name: 'V7', status: 'pending', job_id: 'job', good: true });
    expect(first).toMatchObject({ id: 'a1', name: 'V7', timestamp: NOW, good: false });
    expect(await save({ job_id: 'job', status: 'completed', loraUrl: 's3://b/m' })).toMatchObject({
      id: 'a1',
      name: 'V7',
      status: 'completed',
      loraUrl: 's3://b/m',
    });
    expect(await save({ status: 'pending' })).toMatchObject({ name: 'V8' });
    expect(await manifests().listVersions(actor)).toHaveLength(2);
  });

  it('fills only empty fields of a training of Trainyard, never status, loraUrl or good', async () => {
    const ownEntry = await manifests().openVersion(actor, createNewVersion('t1', { runpod_job_id: 'run-1' }));
    const given = { runpod_job_id: 'run-1', status: 'completed', loraUrl: 's3://forged', good: true };
    const saved = await save({ ...given, name: 'x', imageCount: 1, description: 'note', training_id: 't9' });
    expect(saved).toEqual({ ...ownEntry, description: 'note' });
    expect(await manifests().listVersions(actor)).toEqual([saved]);
  });

  it('removes the training id of an entry of a legacy tool', async () => {
    expect(await save({ id: 'a1', training_id: 't1' })).not.toHaveProperty('training_id');
    expect(await manifests().openVersion(actor, createNewVersion('t1'))).toMatchObject({ training_id: 't1' });
    expect(await manifests().listVersions(actor)).toHaveLength(2);
  });
}

/** Builds a version as the dispatcher opens it. */
export function createNewVersion(trainingId: string, more: Partial<NewVersion> = {}): NewVersion {
  return {
    training_id: trainingId,
    timestamp: '2026-11-22T10:00:00.000Z',
    parameters: { network_dim: 16, learning_rate: 0.00025 },
    policy: 'flux-presets',
    status: 'submitting',
    imageCount: 23,
    attempt: 1,
    ...more,
  };
}
