import { createMemoryObjectStore } from '@trainyard/application';
import { describe, expect, it } from 'vitest';
import { createCatalogue } from '../catalogue/catalogue.ts';
import { createManifests } from './manifests.ts';

/** A `training_versions.json` as the legacy tools write it. */
const VERSIONS = {
  versions: [
    {
      id: 'style_16_1234567890',
      name: 'v1.0',
      timestamp: '2025-01-15T10:30:00Z',
      parameters: {
        network_dim: 16,
        network_alpha: 16,
        learning_rate: 0.0001,
        max_train_steps: 1200,
        class_tokens: 'style_16',
      },
      status: 'completed',
      loraUrl: 'https://s3.amazonaws.com/bucket/style_16.safetensors',
      selectionSetId: 1,
      imageCount: 30,
    },
  ],
};

async function openTestManifests(files: Readonly<Record<string, unknown>>) {
  const store = createMemoryObjectStore();
  for (const [key, json] of Object.entries(files)) await store.put(key, JSON.stringify(json));
  const catalogue = createCatalogue(store);
  const read = async (key: string) => JSON.parse(new TextDecoder().decode((await store.get(key))?.body));
  return { catalogue, manifests: createManifests(store, catalogue), read };
}

const ownVersion = {
  training_id: 't1',
  timestamp: '2026-11-22T10:00:00.000Z',
  parameters: {},
  policy: 'style-guide',
  status: 'submitting',
  imageCount: 30,
  attempt: 1,
} as const;

describe('a document of the legacy tools', () => {
  it('keeps its entries in training_versions.json next to ours', async () => {
    const key = 'resources/style_images/16_misty_oil/training_versions.json';
    const { manifests, read } = await openTestManifests({ [key]: VERSIONS });
    const style = { kind: 'style', id: '16' } as const;
    expect(await manifests.listVersions(style)).toEqual([{ ...VERSIONS.versions[0], good: false }]);
    const { id } = await manifests.openVersion(style, ownVersion);
    expect(await read(key)).toMatchObject({ versions: [VERSIONS.versions[0], { id, name: 'V1' }] });
    const verdicts = new Map([['style_16_1234567890', 'good']] as const);
    expect(await manifests.setVerdicts(style, verdicts)).toMatchObject([{ good: true }]);
  });

  it('keeps its models in custom_lora_models next to ours', async () => {
    const theirs = {
      version: 'V6',
      loraUrl: 's3://bucket/actor_0019_V6.safetensors',
      validator: { seed: 7 },
    };
    const key = 'data/actor_manifests/0019_manifest.json';
    const { manifests, read } = await openTestManifests({ [key]: { custom_lora_models: [theirs] } });
    const actor = { kind: 'actor', id: '0019' } as const;
    const { name } = await manifests.openVersion(actor, ownVersion);
    const loraUrl = 's3://bucket/actor_0019_V7.safetensors';
    await manifests.finalizeVersion(actor, { ...ownVersion, name, status: 'completed', loraUrl });
    expect((await read(key)).custom_lora_models).toEqual([
      theirs,
      { version: 'V7', name: 'actor_0019_V7', loraUrl, good: false, training_id: 't1' },
    ]);
  });

  it('provides training_data to the catalogue', async () => {
    const training_data = {
      s3_urls: ['s3://bucket/actors/0000/training_data/image_1.png'],
      local_path: 'data/actors/0000/training_data',
      count: 15,
      synced: true,
    };
    const { catalogue } = await openTestManifests({ 'data/actors.json': [{ id: '0000', training_data }] });
    expect((await catalogue.findActor('0000'))?.trainingData).toEqual({
      s3Urls: training_data.s3_urls,
      localPath: training_data.local_path,
      count: 15,
      synced: true,
    });
  });
});
