import { describe, expect, it } from 'vitest';
import { buildFixture, REQUEST, withChangedInputs, withNode } from '../../test/fixtures.ts';
import { buildObjectInfo } from '../../test/object-info.ts';
import { buildWorkflow } from '../build-workflow.ts';
import { NODE_SCHEMAS } from '../nodes/registry.ts';
import { validateWorkflow } from '../validation/validate.ts';
import type { Workflow } from '../workflow.ts';
import { readClasses } from './declared.ts';
import { pickUsedSchemas, toNodeSchemas } from './schemas.ts';

const foreign = {
  StringConstant: {
    input: { required: { string: ['STRING', {}] } },
    output: ['STRING'],
    output_node: false,
  },
  Upscale: {
    input: {
      required: { image: ['IMAGE'], factor: ['FLOAT', { min: 1, max: 4 }], mode: [['fast', 'good']] },
      optional: { tiles: ['INT', { min: 1 }], tint: ['COLOR', {}], any: ['*', {}], either: ['IMAGE,MASK'] },
    },
    output: ['IMAGE', 'MASK'],
    output_node: true,
  },
};
const schemas = toNodeSchemas(readClasses({ ...buildObjectInfo(), ...foreign }));
const valid = { image: ['8', 1], factor: 2, mode: 'fast' };

function listFaults(workflow: Workflow, used = schemas): readonly string[] {
  return validateWorkflow(workflow, used).map(({ node, input, code }) =>
    [[node, input].filter(Boolean).join('.'), code].join(' '),
  );
}

describe('a class beyond the built-in ones', () => {
  it('is unknown without a document, for the reason that the caller names', () => {
    const [issue] = validateWorkflow(withNode('200', 'Upscale', valid), NODE_SCHEMAS, 'OBJECT_INFO is unset');
    expect(issue).toMatchObject({
      code: 'unknown_class',
      message: expect.stringMatching(/OBJECT_INFO is unset$/),
    });
  });

  it.each<[string, object, string[]]>([
    ['valid inputs', {}, []],
    ['a value of a widget that no class returns', { tint: '#fff', any: { a: 1 } }, []],
    ['a link into a wildcard', { any: ['107', 1] }, []],
    ['a link of one of several types', { either: ['8', 1] }, []],
    ['no required input', { factor: undefined }, ['200.factor missing_input']],
    ['a number out of bounds', { factor: 4.5 }, ['200.factor out_of_range']],
    ['a fraction', { tiles: 1.5 }, ['200.tiles wrong_type']],
    ['an unknown choice', { mode: 'slow' }, ['200.mode not_in_list']],
    ['a value in place of a link', { image: 'a.png' }, ['200.image bad_link']],
    ['a link of a wrong type', { image: ['107', 1] }, ['200.image wrong_link_type']],
    ['a link to a slot that does not exist', { image: ['8', 9] }, ['200.image bad_link']],
    ['a link of none of several types', { either: ['107', 1] }, ['200.either wrong_link_type']],
  ])('is validated with %s', (_, inputs, expected) => {
    const fixture = withNode('200', 'Upscale', { ...valid, ...inputs });
    expect(listFaults(fixture)).toEqual(expected);
  });

  it('may provide a value of a built-in class', () => {
    const prompt = withNode('135', 'StringConstant', { string: 'a portrait' });
    expect(listFaults(withChangedInputs('107', { sample_prompts: ['135', 0] }, prompt))).toEqual([]);
    expect(listFaults(withChangedInputs('107', { network_dim: ['135', 0] }, prompt))).toEqual([
      '107.network_dim wrong_link_type',
    ]);
  });
});

describe('a built-in class', () => {
  const changed = structuredClone(buildObjectInfo());
  const { required } = changed['OptimizerConfig']!.input;
  required['optimizer_type'] = [['adamw8bit', 'Prodigy2'], {}];
  changed['InitFluxLoRATraining']!.input.required['network_dim'] = ['INT', { min: 1, max: 64 }];
  const theirs = toNodeSchemas(readClasses(changed));

  it('has the choices and bounds of the document', () => {
    expect(listFaults(withChangedInputs('95', { optimizer_type: 'Prodigy2' }), theirs)).toEqual([]);
    expect(listFaults(withChangedInputs('95', { optimizer_type: 'CAME' }), theirs)).toContain(
      '95.optimizer_type not_in_list',
    );
    expect(listFaults(withChangedInputs('107', { network_dim: 65 }), theirs)).toContain(
      '107.network_dim out_of_range',
    );
  });

  it('has them in workflows of a template, too', () => {
    const overrides = { '95': { optimizer_type: 'Prodigy2' } };
    const build = (used: typeof theirs) => buildWorkflow({ ...REQUEST, overrides, schemas: used });
    expect(build(theirs).workflow['95']!.inputs['optimizer_type']).toBe('Prodigy2');
    expect(() => build(NODE_SCHEMAS)).toThrow(/Prodigy2/);
  });

  it('keeps its source classes, which ComfyUI does not check', () => {
    expect(listFaults(withChangedInputs('107', { dataset: ['108', 0] }))).toContain(
      '107.dataset wrong_source',
    );
  });
});

describe('the classes that a workflow uses', () => {
  it('are those of the document alone, and validate it without the document', () => {
    const workflow = withNode('200', 'Upscale', valid);
    const used = pickUsedSchemas(workflow, schemas);
    expect(Object.keys(used).sort()).toEqual(['FluxTrainModelSelect', 'Upscale']);
    const stored = JSON.parse(JSON.stringify(used));
    expect(listFaults(workflow, { ...NODE_SCHEMAS, ...stored })).toEqual(listFaults(workflow));
    expect(pickUsedSchemas(buildFixture(), NODE_SCHEMAS)).toEqual({});
  });

  it('keep only the used values of a long list of choices', () => {
    const files = Array.from({ length: 5_000 }, (_, index) => `lora-${index}.safetensors`);
    const loader = { input: { required: { file: [files] } }, output: ['IMAGE'], output_node: true };
    const many = toNodeSchemas(readClasses({ ...buildObjectInfo(), Loader: loader }));
    const workflow = withNode('200', 'Loader', { file: 'lora-7.safetensors' });
    const used = pickUsedSchemas(workflow, many);
    expect(used['Loader']!.inputs['file']).toMatchObject({ choices: ['lora-7.safetensors'] });
  });
});
