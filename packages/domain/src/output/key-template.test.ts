import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPathKeyFault } from '../dataset/s3-address.ts';
import {
  DEFAULT_MODEL_KEY_TEMPLATE,
  findKeyTemplateFault,
  KEY_PLACEHOLDERS,
  matchesKeyTemplate,
  toOutputKey,
} from './key-template.ts';
import { isModelPlace, parseModelPrefix } from './model-prefixes.ts';

const rule = { allowed: KEY_PLACEHOLDERS, required: ['training_id', 'attempt'] } as const;
const facts = {
  trainingId: 't1',
  attempt: 2,
  subject: { kind: 'actor', id: '0019' },
  modelName: 'actor_0019_V7',
  versionName: 'V7',
} as const;

describe('the template of a model key', () => {
  it.each([
    ['models/{training_id}.safetensors', /must contain \{attempt\}/],
    ['models/attempt-{attempt}.safetensors', /must contain \{training_id\}/],
    ['models/{training}/{attempt}', /\{training\} is not a placeholder; known are/],
    ['models/{training_id}/{attempt', /must contain|brace/],
    ['trainings/{training_id}-{attempt}.json', /in one of the folders/],
    ['/{training_id}/{attempt}', /empty path part/],
    ['{training_id}/../{attempt}', /\. or \.\./],
    ['{training_id}/{attempt}/', /empty path part/],
  ])('%s is refused', (template, fault) => {
    expect(findKeyTemplateFault(template, rule)).toMatch(fault);
  });

  it('fills every placeholder', () => {
    const template = '{kind}/{subject_id}/{version}/{model_name}-{training_id}-{attempt}.safetensors';
    expect(findKeyTemplateFault(template, rule)).toBeUndefined();
    expect(toOutputKey(facts, template)).toBe('actor/0019/V7/actor_0019_V7-t1-2.safetensors');
    expect(toOutputKey(facts)).toBe('models/t1/attempt-2.safetensors');
  });

  it('gives a valid key that it recognizes, for every subject and version', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    const template = fc.constantFrom(
      DEFAULT_MODEL_KEY_TEMPLATE,
      '{kind}/{subject_id}/{version}/{training_id}-{attempt}.safetensors',
    );
    fc.assert(
      fc.property(text, text, template, (id, versionName, used) => {
        const key = toOutputKey({ ...facts, subject: { kind: 'style', id }, versionName }, used);
        expect(findPathKeyFault(key)).toBeUndefined();
        expect(matchesKeyTemplate(used, key) || matchesKeyTemplate(DEFAULT_MODEL_KEY_TEMPLATE, key)).toBe(
          true,
        );
      }),
    );
  });
});

it.each([
  [DEFAULT_MODEL_KEY_TEMPLATE, 'models/other/attempt-1.safetensors', true],
  [DEFAULT_MODEL_KEY_TEMPLATE, 'models/a/b/attempt-1.safetensors', false],
  [DEFAULT_MODEL_KEY_TEMPLATE, 'loras/my.safetensors', false],
  ['{model_name}.safetensors', 'actor_0001_V3.safetensors', true],
  ['{model_name}.safetensors', 'my.safetensors', false],
  ['a+b/{version}', 'a+b/V1', true],
  ['a+b/{version}', 'aab/V1', false],
])('the template %s gives the key %s: %s', (template, key, expected) => {
  expect(matchesKeyTemplate(template, key)).toBe(expected);
});

describe('the place of a model', () => {
  const store = { bucket: 'store', prefix: 'studio/' };
  const places = {
    store,
    allowed: ['s3://store', 's3://other/loras'].map((text) => parseModelPrefix(text) ?? store),
  };

  it.each([
    ['store', 'studio/loras/a.safetensors', true],
    ['store', 'elsewhere/a.safetensors', true],
    ['store', 'data/a.safetensors', true],
    ['store', 'studio/loras/a.json', false],
    ['store', 'studio/data/a.safetensors', false],
    ['store', 'studio/Trainings/a.safetensors', false],
    ['store', 'studio/batches/x/a.safetensors', false],
    ['store', 'studio/resources/a.safetensors', false],
    ['other', 'loras/a.safetensors', true],
    ['other', 'loras-old/a.safetensors', false],
    ['other', 'a.safetensors', false],
    ['third', 'a.safetensors', false],
  ])('s3://%s/%s is one: %s', (bucket, key, expected) => {
    expect(isModelPlace({ bucket, key }, places)).toBe(expected);
  });

  it.each(['', 'bucket/prefix', 'https://bucket/x', 's3://', 's3://B/x', 's3://bucket/../x'])(
    'the prefix %j is refused',
    (text) => {
      expect(parseModelPrefix(text)).toBeUndefined();
    },
  );
});
