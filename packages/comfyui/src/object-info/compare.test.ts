import { describe, expect, it } from 'vitest';
import { buildObjectInfo } from '../../test/object-info.ts';
import { DEFAULT_MODEL_FILES } from '../build-workflow.ts';
import { compareObjectInfo } from './compare.ts';
import { readClasses } from './declared.ts';

type ObjectInfo = ReturnType<typeof buildObjectInfo>;

function findings(change: (info: ObjectInfo) => void) {
  const objectInfo = buildObjectInfo();
  change(objectInfo);
  const found = compareObjectInfo({ declared: readClasses(objectInfo), neededClasses: ['FluxTrainLoop'] });
  return found
    .filter((finding) => !finding.message.startsWith('files in the container'))
    .map(
      ({ severity, class_type, input }) =>
        `${severity} ${class_type}${input === undefined ? '' : `.${input}`}`,
    );
}

describe('the object_info of a container', () => {
  it('that lacks a model file of the settings contradicts them', () => {
    const models = { ...DEFAULT_MODEL_FILES, vae: 'v' };
    const found = compareObjectInfo({ declared: readClasses(buildObjectInfo()), neededClasses: [], models });
    expect(found).toEqual([
      {
        severity: 'contradiction',
        class_type: 'FluxTrainModelSelect',
        input: 'vae',
        message: expect.stringContaining('the container has no file "v"; files in the container: '),
      },
    ]);
  });

  it('that equals the schemas gives only the names of its model files', () => {
    const found = compareObjectInfo({ declared: readClasses(buildObjectInfo()), neededClasses: [] });
    expect(found.map((finding) => finding.input)).toEqual(['transformer', 'vae', 'clip_l', 't5']);
    expect(found.every((finding) => finding.severity === 'information')).toBe(true);
  });

  it.each<[string, (info: ObjectInfo) => void, string[]]>([
    ['lacks a needed class', (info) => delete info['FluxTrainLoop'], ['contradiction FluxTrainLoop']],
    ['lacks a class that is not needed', (info) => delete info['PreviewAny'], ['information PreviewAny']],
    [
      'lacks an input',
      (info) => delete info['FluxTrainLoop']!.input.required['steps'],
      ['contradiction FluxTrainLoop.steps'],
    ],
    [
      'requires an additional input',
      (info) => Object.assign(info['FluxTrainEnd']!.input.required, { more: ['INT', {}] }),
      ['contradiction FluxTrainEnd.more'],
    ],
    [
      'offers an additional input',
      (info) => Object.assign(info['FluxTrainEnd']!.input.optional, { more: ['INT', {}] }),
      ['information FluxTrainEnd.more'],
    ],
    [
      'still requires split_mode',
      (info) => Object.assign(info['InitFluxLoRATraining']!.input.required, { split_mode: ['BOOLEAN', {}] }),
      [],
    ],
    [
      'has a different type',
      (info) => Object.assign(info['FluxTrainLoop']!.input.required, { steps: ['FLOAT', {}] }),
      ['contradiction FluxTrainLoop.steps'],
    ],
    [
      'has a narrower bound',
      (info) =>
        Object.assign(info['FluxTrainLoop']!.input.required, { steps: ['INT', { min: 1, max: 5000 }] }),
      ['contradiction FluxTrainLoop.steps'],
    ],
    [
      'has a wider bound',
      (info) => Object.assign(info['FluxTrainLoop']!.input.required, { steps: ['INT', { min: 1 }] }),
      ['information FluxTrainLoop.steps'],
    ],
    [
      'lacks a choice and offers a different choice, in the newer form',
      (info) =>
        Object.assign(info['FluxTrainerLossConfig']!.input.required, {
          loss_type: ['COMBO', { options: ['l2', 'huber', 'l1'] }],
        }),
      ['contradiction FluxTrainerLossConfig.loss_type', 'information FluxTrainerLossConfig.loss_type'],
    ],
    [
      'has different outputs',
      (info) => Object.assign(info['FluxTrainLoop']!, { output: ['INT'] }),
      ['contradiction FluxTrainLoop'],
    ],
  ])('that %s gives the matching findings', (_, change, expected) => {
    expect(findings(change)).toEqual(expected);
  });

  it.each([null, [], 'x', {}])('that is not an object of classes (%j) lacks every class', (objectInfo) => {
    expect(compareObjectInfo({ declared: readClasses(objectInfo), neededClasses: [] })).toHaveLength(24);
  });
});
