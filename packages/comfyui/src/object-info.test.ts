import { describe, expect, it } from 'vitest';
import { NODE_SCHEMAS } from './nodes/registry.ts';
import type { InputSpec, NodeSchema } from './nodes/schema.ts';
import { compareObjectInfo } from './object-info.ts';

function declare(spec: InputSpec): unknown[] {
  switch (spec.type) {
    case 'LINK':
      return [spec.linkType];
    case 'FILE':
      return [['some.safetensors']];
    case 'CHOICE':
      return [spec.choices, {}];
    case 'INT':
    case 'FLOAT':
      return [spec.type, { min: spec.min, max: spec.max }];
    case 'BOOLEAN':
    case 'STRING':
      return [spec.type, { default: spec.default }];
  }
}

function declareClass(schema: NodeSchema) {
  const side = (optional: boolean) =>
    Object.fromEntries(
      Object.entries(schema.inputs)
        .filter(([, spec]) => (spec.optional === true) === optional)
        .map(([name, spec]) => [name, declare(spec)]),
    );
  return {
    input: { required: side(false), optional: side(true) },
    output: schema.outputs,
    output_node: schema.isOutput,
  };
}

/** The response of a container whose node classes equal the node schemas. */
function agreeing() {
  return structuredClone(
    Object.fromEntries(Object.entries(NODE_SCHEMAS).map(([name, schema]) => [name, declareClass(schema)])),
  );
}

type ObjectInfo = ReturnType<typeof agreeing>;

function findings(change: (info: ObjectInfo) => void) {
  const objectInfo = agreeing();
  change(objectInfo);
  const found = compareObjectInfo({ objectInfo, neededClasses: ['FluxTrainLoop'] });
  return found
    .filter((finding) => !finding.message.startsWith('files in the container'))
    .map(
      ({ severity, class_type, input }) =>
        `${severity} ${class_type}${input === undefined ? '' : `.${input}`}`,
    );
}

describe('the object_info of a container', () => {
  it('that equals the schemas gives only the names of its model files', () => {
    const found = compareObjectInfo({ objectInfo: agreeing(), neededClasses: [] });
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
    expect(compareObjectInfo({ objectInfo, neededClasses: [] })).toHaveLength(24);
  });
});
