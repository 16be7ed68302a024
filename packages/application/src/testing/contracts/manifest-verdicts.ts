import { type Subject, toVerdict, type Verdict } from '@trainyard/domain';
import fc from 'fast-check';
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

  const judge = (...verdicts: readonly (readonly [string, Verdict | null])[]) =>
    manifests().setVerdicts(actor, new Map(verdicts));
  const listVerdicts = async () => (await manifests().listVersions(actor)).map(toVerdict);

  it('marks at most one version as good, with its model and its subject, and removes the mark again', async () => {
    const first = await complete('t1', 'V1');
    const second = await complete('t2', 'V2');
    await judge([first.id, 'good']);
    expect(await judge([second.id, 'good'])).toMatchObject([{ name: 'V2', good: true, judged: true }]);
    expect(await getJson(store(), KEY)).toMatchObject({
      custom_models_good: true,
      versions: [{ good: false }, { good: true }],
      custom_lora_models: [{ good: false }, { good: true }],
    });
    await judge([second.id, 'not_good']);
    expect(await listVerdicts()).toEqual(['not_good', 'not_good']);
    expect(await manifests().getGoodFlags(actor)).toMatchObject({ customModelsGood: false });
  });

  it('records many verdicts in a single write, takes them back, and writes none for an unknown version', async () => {
    const versions = [{ name: 'V1', good: 'true' }, { name: 'V2' }, { name: 'V3' }, { name: 'V4', note: 1 }];
    await putJson(store(), KEY, { versions, custom_lora_models: [{ version: 'V1', good: true }] });
    await judge(['V2', 'not_good'], ['V3', 'not_good'], ['V4', 'good']);
    expect(await listVerdicts()).toEqual(['not_good', 'not_good', 'not_good', 'good']);
    expect(await getJson(store(), KEY)).toMatchObject({ custom_lora_models: [{ good: false }] });
    const written = await getJson(store(), KEY);
    await expect(judge(['V2', null], ['nope', 'good'])).rejects.toBeInstanceOf(VersionNotFoundError);
    expect(await getJson(store(), KEY)).toEqual(written);
    await judge(['V1', null], ['V2', null], ['V3', null], ['V4', null]);
    expect(await listVerdicts()).toEqual([null, null, null, null]);
    expect(await getJson(store(), KEY)).toEqual({
      versions: [{ name: 'V1', good: false }, versions[1], versions[2], { name: 'V4', note: 1, good: false }],
      custom_lora_models: [{ version: 'V1', good: false }],
      custom_models_good: false,
    });
  });

  it('never has two good versions, whatever the order of the verdicts', async () => {
    const names = ['V1', 'V2', 'V3'];
    const step = fc.tuple(fc.constantFrom(...names), fc.constantFrom('good', 'not_good', null));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        await putJson(store(), KEY, { versions: names.map((name) => ({ name, status: 'completed' })) });
        const expected: Record<string, Verdict | null> = { V1: null, V2: null, V3: null };
        for (const [name, verdict] of steps) {
          await judge([name, verdict]);
          if (verdict === 'good')
            for (const each of names) if (expected[each] === 'good') expected[each] = 'not_good';
          expected[name] = verdict;
          expect(await listVerdicts()).toEqual(names.map((each) => expected[each]));
          const flag = Object.values(expected).includes('good');
          expect(await manifests().getGoodFlags(actor)).toMatchObject({ customModelsGood: flag });
        }
      }),
      { numRuns: 10 },
    );
  });

  it('keeps the mark of a model when its version is finalized again', async () => {
    const { id } = await complete('t1', 'V1');
    await judge([id, 'good']);
    expect(await complete('t1', 'V1')).toMatchObject({ good: true });
    expect(await getJson(store(), KEY)).toMatchObject({ custom_lora_models: [{ good: true }] });
  });

  it('rejects a mark of an unknown version', async () => {
    await expect(judge(['nope', 'good'])).rejects.toBeInstanceOf(VersionNotFoundError);
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

  it('drops a verdict that precedes the model, and keeps a later one', async () => {
    const { id } = await manifests().openVersion(actor, createNewVersion('t1'));
    const end = () =>
      manifests().finalizeVersion(actor, { ...createNewVersion('t1', { status: 'completed' }), name: 'V1' });
    await manifests().setVerdicts(actor, new Map([[id, 'not_good']]));
    expect(await end()).not.toHaveProperty('judged');
    await manifests().setVerdicts(actor, new Map([[id, 'not_good']]));
    expect(await end()).toMatchObject({ judged: true, good: false });
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

  it('fills only empty fields of a training of Trainyard, never status, model or verdict', async () => {
    const ownEntry = await manifests().openVersion(actor, createNewVersion('t1', { runpod_job_id: 'run-1' }));
    const given = {
      ...{ runpod_job_id: 'run-1', status: 'completed', loraUrl: 's3://forged', good: true, judged: true },
      ...{
        file_name: 'x.safetensors',
        size_bytes: 9,
        samples: ['x.png'],
        final_loss: 1,
        sha256: '0'.repeat(64),
      },
      ...{ data_digest: 'forged', attempt_deadline: NOW, dead_by: NOW, failure: {} },
    };
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
