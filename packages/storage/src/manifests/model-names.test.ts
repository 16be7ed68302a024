import { createMemoryObjectStore } from '@trainyard/application';
import { expect, it } from 'vitest';
import { createCatalogue } from '../catalogue/catalogue.ts';
import { createManifests } from './manifests.ts';

const version = {
  training_id: 't1',
  timestamp: '2026-11-22T10:00:00.000Z',
  parameters: {},
  policy: 'flux-presets',
  status: 'submitting',
  imageCount: 3,
  attempt: 1,
} as const;
const actor = { kind: 'actor', id: '0019' } as const;

function openManifests() {
  const store = createMemoryObjectStore();
  const manifests = createManifests(store, createCatalogue(store));
  return { store, manifests };
}

it('the models of actors, of styles and of other tools are listed, and a corrupt manifest names none', async () => {
  const { store, manifests } = openManifests();
  await store.put('data/styles.json', '[{"id":"16"}]');
  await store.put(
    'data/actor_manifests/0001_manifest.json',
    '{"custom_lora_models":[{"loraUrl":"s3://b/old"}]}',
  );
  await store.put('data/actor_manifests/0002_manifest.json', '{');
  await manifests.openVersion(actor, version, (name) => `loras/${name}.safetensors`);
  await manifests.upsertVersion(
    { kind: 'style', id: '16' },
    { name: 'v1', status: 'completed', loraUrl: 's3://b/style' },
    version.timestamp,
  );
  expect(await manifests.listModels()).toEqual([
    { addresses: ['s3://b/old'] },
    { trainingId: 't1', addresses: ['loras/V1.safetensors'] },
    { addresses: ['s3://b/style'] },
  ]);
});

it('a manifest is read again after a change', async () => {
  const { manifests } = openManifests();
  await manifests.openVersion(actor, version, (name) => name);
  await manifests.listModels();
  const loraUrl = 's3://b/new';
  await manifests.finalizeVersion(actor, {
    ...version,
    name: 'V1',
    status: 'completed',
    loraUrl,
    verified: false,
  });
  expect(await manifests.listModels()).toEqual([
    { trainingId: 't1', addresses: [loraUrl, 'V1'] },
    { trainingId: 't1', addresses: [loraUrl] },
  ]);
  expect(await manifests.listVersions(actor)).toMatchObject([{ verified: false, output_key: 'V1' }]);
});

it('a later attempt replaces the output key and removes the verification of the earlier one', async () => {
  const { manifests } = openManifests();
  await manifests.openVersion(actor, { ...version, verified: false }, (name) => `${name}-1`);
  const [first] = await manifests.listVersions(actor);
  const second = await manifests.openVersion(actor, { ...version, attempt: 2 }, (name) => `${name}-2`);
  expect([first?.output_key, second.output_key]).toEqual(['V1-1', 'V1-2']);
  expect(second).not.toHaveProperty('verified');
});
