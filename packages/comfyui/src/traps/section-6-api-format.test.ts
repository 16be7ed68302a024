import { describe, expect, it } from 'vitest';
import { validateWorkflow } from '../validation/validate.ts';
import { buildFixture, listFaults, TEMPLATE, withChangedInputs, withNode } from './fixtures.ts';

describe('traps of ComfyUI’s own validation (reference, section 6)', () => {
  it.each([null, 'x', [], {}, { '1': null }, { '1': { inputs: {} } }, { '1': { class_type: 'SaveImage' } }])(
    '%j is no workflow',
    (workflow) => {
      expect(listFaults(workflow).every((fault) => fault.endsWith('not_a_workflow'))).toBe(true);
      expect(listFaults(workflow)).not.toEqual([]);
    },
  );

  it('the editor’s format is not the API format', () => {
    expect(listFaults({ nodes: [], links: [], version: 0.4 })).toEqual(['not_a_workflow']);
  });

  it('defaults are not filled in: every required input must be there', () => {
    expect(listFaults(withChangedInputs('109', { batch_size: undefined }))).toEqual([
      '109.batch_size missing_input',
    ]);
  });

  it.each([['16'], [16.7], [true], [null], [{ __value__: [16] }]])(
    'network_dim %j would be converted',
    (network_dim) => {
      expect(listFaults(withChangedInputs('107', { network_dim }))).toEqual(['107.network_dim wrong_type']);
    },
  );

  it.each(['false', 0, 1])('fp8_base %j would become something else', (fp8_base) => {
    expect(listFaults(withChangedInputs('107', { fp8_base }))).toEqual(['107.fp8_base wrong_type']);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('%d passes ComfyUI’s bounds, not ours', (learning_rate) => {
    expect(listFaults(withChangedInputs('107', { learning_rate }))).toEqual(['107.learning_rate wrong_type']);
  });

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
  ])('%s.%s = %d is out of range', (node, input, value) => {
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
  ])('the link %j is bad: %s', (network_trainer, _) => {
    expect(listFaults(withChangedInputs('14', { network_trainer }))).toEqual(['14.network_trainer bad_link']);
  });

  it('a link of the wrong type is refused', () => {
    expect(listFaults(withChangedInputs('14', { network_trainer: ['4', 1] }))).toEqual([
      '14.network_trainer wrong_link_type',
    ]);
  });

  it('a list in place of a value is read as a link', () => {
    expect(listFaults(withChangedInputs('107', { network_dim: [16, 32] }))).toEqual([
      '107.network_dim bad_link',
    ]);
  });

  it('what keeps runs apart must be a value, not a link', () => {
    expect(listFaults(withChangedInputs('107', { output_dir: ['133', 2] }))).toContain(
      '107.output_dir not_allowed',
    );
  });

  it('a circle is refused', () => {
    const circle = withChangedInputs('4', { network_trainer: ['8', 0] });
    expect(listFaults(circle)).toEqual(['4 cycle']);
  });

  it('a node that leads to no output is neither checked nor run by ComfyUI, so it is refused', () => {
    const inputs = { ...buildFixture()['70']!.inputs };
    expect(listFaults(withNode('71', 'VisualizeLoss', inputs))).toEqual(['71 unreachable']);
  });

  it('PreviewAny is missing in older containers: no template of ours names it', () => {
    expect(Object.values(TEMPLATE).map((node) => node.class_type)).not.toContain('PreviewAny');
    expect(listFaults(withNode('134', 'PreviewAny', { source: ['133', 2] }))).toEqual([]);
  });

  it('an input that no node knows is ignored by ComfyUI, as is _meta', () => {
    expect(listFaults(withChangedInputs('109', { keep_tokens: 1 }))).toEqual([]);
    expect(buildFixture()['109']).toHaveProperty('_meta');
  });

  it('an issue names node, input, value and bound', () => {
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
