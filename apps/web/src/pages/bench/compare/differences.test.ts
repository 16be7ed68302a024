import type { TrainingDetail } from '@trainyard/contracts';
import { expect, it } from 'vitest';
import type { Version } from '../../../api/resources/versions.ts';
import { compareImages, compareParameters } from './differences.ts';
import { alignSamples, explainMissingSamples, type TrainedVersion } from './samples.ts';

function createTrained(
  name: string,
  version: Partial<Version> = {},
  training: Partial<TrainingDetail> = {},
): TrainedVersion {
  return {
    version: {
      ...{ id: name, name, timestamp: '', parameters: {}, status: 'completed', imageCount: 2, good: false },
      ...{ verdict: null, awaiting_review: true, pictures: [], training_id: `t-${name}`, data_digest: 'd' },
      ...version,
    },
    training: {
      ...{ images: ['s3://b/1.png', 's3://b/2.png'], pruned_at: null, pictures: [], validation: true },
      ...training,
    } as TrainingDetail,
  };
}

function createSampled(name: string, prompts: readonly (string | null)[]): TrainedVersion {
  const pictures = prompts.map((prompt, index) => ({
    ...{ name: `attempt-1_sample_0${index}.png`, kind: 'sample' as const, index },
    ...{ prompt, attempt: 1, size_bytes: 1 },
  }));
  return createTrained(name, { pictures }, { pictures });
}

it('parameters are compared under their labels, and an unrecorded value is no difference', () => {
  const versions = [
    createTrained('V5', { parameters: { network_dim: 16, flip_aug: false, myOption: 1 } }),
    createTrained('V6', { parameters: { network_dim: 32, flip_aug: false } }),
  ];
  expect(compareParameters(versions, new Map([['network_dim', 'Rank']]))).toEqual([
    { label: 'Rank', values: ['16', '32'], differs: true },
    { label: 'Flip aug', values: ['off', 'off'], differs: false },
    { label: 'My option', values: ['1', null], differs: false },
  ]);
});

it('images are compared with those of the first version by name, then by digest', () => {
  const images = ['s3://b/2.png', 's3://b/3.png', 's3://b/4.png'];
  const [, more, changed, pruned] = compareImages([
    createTrained('V5'),
    createTrained('V6', { imageCount: 3 }, { images }),
    createTrained('V7', { data_digest: 'other' }),
    createTrained('V8', { data_digest: 'other' }, { pruned_at: '2026-11-01T00:00:00.000Z', images: [] }),
  ]);
  expect(more).toEqual({
    ...{ count: 3, text: '2 added, 1 removed since V5' },
    ...{ added: ['3.png', '4.png'], removed: ['1.png'] },
  });
  expect(changed?.text).toBe('same images; a caption or an image file changed');
  expect(pruned?.text).toBe('images or captions differ');
});

it('samples are aligned by their prompts, and a missing one is undefined', () => {
  const aligned = alignSamples([
    createSampled('V5', ['a portrait', 'in a garden']),
    createSampled('V6', ['in a garden', 'in the rain']),
  ]);
  expect(
    aligned.map(({ title, samples }) => [title, samples.map((each) => each?.src.slice(-6, -4))]),
  ).toEqual([
    ['a portrait', ['00', undefined]],
    ['in a garden', ['01', '00']],
    ['in the rain', [undefined, '01']],
  ]);
});

it('a sample without a prompt is aligned by its number', () => {
  const aligned = alignSamples([createSampled('V5', [null, null]), createSampled('V6', ['a portrait'])]);
  expect(aligned.map(({ title, samples }) => [title, samples.filter(Boolean).length])).toEqual([
    ['a portrait', 2],
    ['Prompt 2', 1],
  ]);
});

it('a version without samples names the reason', () => {
  const explain = (version: Partial<Version>, training?: Partial<TrainingDetail>) =>
    explainMissingSamples(createTrained('V6', version, training));
  expect(explain({ status: 'failed' })).toBe('No model, no pictures');
  expect(explain({ training_id: undefined })).toBe('Imported without pictures');
  expect(explain({}, { validation: false })).toBe('Trained without sample pictures');
  expect(explain({ attempt: 2 })).toBe('No pictures beside the model: looked for attempt-2_*');
});
