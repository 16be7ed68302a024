import { DEFAULT_MODEL_KEY_TEMPLATE, parseModelPrefix, type TrainingIn } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { createMemoryObjectStore } from '../testing/memory/object-store.ts';
import { getServableModelUri, type ModelDeps, resolveModelAddress } from './model-object.ts';

function createDeps(prefixes?: readonly string[]): ModelDeps {
  const store = createMemoryObjectStore();
  return {
    objects: { ...store, toUri: (key) => store.toUri(`studio/${key}`) },
    settings: {
      outputLookup: ['output_key', '{model_name}.safetensors'],
      modelKeyTemplate: DEFAULT_MODEL_KEY_TEMPLATE,
      customS3Endpoints: [],
      ...(prefixes && { modelPrefixes: prefixes.map(parseModelPrefix) }),
    } as never,
  };
}

function createCompleted(loraUrl: string, verified = true): TrainingIn<'completed'> {
  return {
    id: 't1',
    status: 'completed',
    request: { subject: { kind: 'actor', id: '0019' } },
    attempt: { number: 1, modelName: 'm', versionName: 'V1', outputKey: 'models/t1/attempt-1.safetensors' },
    model: { loraUrl, verified },
  } as unknown as TrainingIn<'completed'>;
}

describe('a key without a bucket', () => {
  it.each(['models/t1/attempt-1.safetensors', 'studio/models/t1/attempt-1.safetensors'])(
    '%s names an object of the store, with or without its prefix',
    (address) => {
      expect(resolveModelAddress(createDeps(), address)).toMatchObject({
        uri: 's3://local/studio/models/t1/attempt-1.safetensors',
      });
    },
  );
});

describe('the address of a model that is served', () => {
  it('is the output key or a match of OUTPUT_LOOKUP, also outside of MODEL_PREFIXES', () => {
    const deps = createDeps(['s3://elsewhere']);
    for (const key of ['models/t1/attempt-1.safetensors', 'm.safetensors'])
      expect(getServableModelUri(deps, createCompleted(deps.objects.toUri(key)))).toBe(
        `s3://local/studio/${key}`,
      );
  });

  it('is refused once MODEL_PREFIXES no longer contains its place', () => {
    const training = createCompleted('s3://local/loras/a.safetensors');
    expect(getServableModelUri(createDeps(), training)).toBe('s3://local/loras/a.safetensors');
    expect(() => getServableModelUri(createDeps(['s3://local/new']), training)).toThrow(
      /MODEL_PREFIXES \(s3:\/\/local\/new\/\)/,
    );
  });

  it.each([
    's3://local/studio/models/t1/attempt-1.safetensors',
    'javascript:alert(1)',
    'https://cdn.example/a.safetensors',
  ])('is never that of an unverified model: %s', (loraUrl) => {
    expect(() => getServableModelUri(createDeps(), createCompleted(loraUrl, false))).toThrow(
      'is not verified',
    );
  });
});
