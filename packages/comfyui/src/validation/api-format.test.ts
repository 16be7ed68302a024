import { describe, expect, it } from 'vitest';
import { buildFixture, listFaults, TEMPLATE, withChangedInputs, withNode } from '../../test/fixtures.ts';
import { validateWorkflow } from './validate.ts';

describe('validation, stricter than ComfyUI’s own,', () => {
  it.each([null, 'x', [], {}, { '1': null }, { '1': { inputs: {} } }, { '1': { class_type: 'SaveImage' } }])(
    'rejects %j, which is not a workflow',
    (workflow) => {
      expect(listFaults(workflow).every((fault) => fault.endsWith('not_a_workflow'))).toBe(true);
      expect(listFaults(workflow)).not.toEqual([]);
    },
  );

  it('rejects the format of the editor', () => {
    expect(listFaults({ nodes: [], links: [], version: 0.4 })).toEqual(['not_a_workflow']);
  });

  it('requires every input without a default, since ComfyUI does not fill in defaults', () => {
    expect(listFaults(withChangedInputs('109', { batch_size: undefined }))).toEqual([
      '109.batch_size missing_input',
    ]);
  });

  it.each([['16'], [16.7], [true], [null], [{ __value__: [16] }]])(
    'rejects network_dim %j, which ComfyUI would convert',
    (network_dim) => {
      expect(listFaults(withChangedInputs('107', { network_dim }))).toEqual(['107.network_dim wrong_type']);
    },
  );

  it.each(['false', 0, 1])('rejects fp8_base %j, which ComfyUI would convert', (fp8_base) => {
    expect(listFaults(withChangedInputs('107', { fp8_base }))).toEqual(['107.fp8_base wrong_type']);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    'rejects a learning rate of %d, which passes ComfyUI’s bounds',
    (learning_rate) => {
      expect(listFaults(withChangedInputs('107', { learning_rate }))).toEqual([
        '107.learning_rate wrong_type',
      ]);
    },
  );

  it.each([
    ['107', 'network_dim', 0],
    ['107', 'network_dim', 100_001],
    ['107', 'network_alpha', 2048.5],
    ['107', 'learning_rate', 10.1],
    ['109', 'width', 63],
    ['109', 'max_bucket_reso', 4097],
    ['108', 'caption_dropout_rate', 1.1],
    ['37', 'steps', 257],
    ['70', 'window_size', 10_001],
  ])('rejects %s.%s = %d as out of range', (node, input, value) => {
    expect(listFaults(withChangedInputs(node, { [input]: value }))).toContain(
      `${node}.${input} out_of_range`,
    );
  });

  it.each([
    [['4', 0, 0], 'too long'],
    [['4'], 'too short'],
    [[4, 0], 'an id that is no text'],
    [['4', '0'], 'a slot that is no number'],
    [['999', 0], 'a node that does not exist'],
    [['4', 7], 'a slot that does not exist'],
    [['4', -1], 'a slot below 0'],
    [['constructor', 0], 'a word of the language'],
    ['4', 'no link at all'],
  ])('rejects the link %j: %s', (network_trainer, _) => {
    expect(listFaults(withChangedInputs('14', { network_trainer }))).toEqual(['14.network_trainer bad_link']);
  });

  it('rejects a link of the wrong type', () => {
    expect(listFaults(withChangedInputs('14', { network_trainer: ['4', 1] }))).toEqual([
      '14.network_trainer wrong_link_type',
    ]);
  });

  it('treats a list in place of a value as a link', () => {
    expect(listFaults(withChangedInputs('107', { network_dim: [16, 32] }))).toEqual([
      '107.network_dim bad_link',
    ]);
  });

  it('rejects a link for an input that isolates runs', () => {
    expect(listFaults(withChangedInputs('107', { output_dir: ['133', 2] }))).toContain(
      '107.output_dir not_allowed',
    );
  });

  it('rejects a cycle', () => {
    const circle = withChangedInputs('4', { network_trainer: ['8', 0] });
    expect(listFaults(circle)).toEqual(['4 cycle']);
  });

  it('rejects a node without a path to an output, which ComfyUI would neither check nor run', () => {
    const inputs = { ...buildFixture()['70']!.inputs };
    expect(listFaults(withNode('71', 'VisualizeLoss', inputs))).toEqual(['71 unreachable']);
  });

  it('needs no PreviewAny for the template, since older containers lack it', () => {
    expect(Object.values(TEMPLATE).map((node) => node.class_type)).not.toContain('PreviewAny');
    expect(listFaults(withNode('134', 'PreviewAny', { source: ['133', 2] }))).toEqual([]);
  });

  it('accepts unknown inputs and _meta, which ComfyUI ignores', () => {
    expect(listFaults(withChangedInputs('109', { keep_tokens: 1 }))).toEqual([]);
    expect(buildFixture()['109']).toHaveProperty('_meta');
  });

  it('reports node, input, value and bound of an issue', () => {
    expect(validateWorkflow(withChangedInputs('107', { network_dim: 0 }))).toEqual([
      {
        code: 'out_of_range',
        node: '107',
        class_type: 'InitFluxLoRATraining',
        input: 'network_dim',
        value: 0,
        bound: 'a whole number, 1 to 100000',
        message:
          'Node 107 (InitFluxLoRATraining), input network_dim: must be a whole number, 1 to 100000, not 0',
      },
    ]);
  });
});
