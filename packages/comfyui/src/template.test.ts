import { describe, expect, it } from 'vitest';
import { TEMPLATE, withChangedInputs } from '../test/fixtures.ts';
import { hashWorkflow, parseWorkflowTemplate } from './template.ts';

describe('a template', () => {
  it('is a valid workflow before it is completed', () => {
    expect(parseWorkflowTemplate('own', TEMPLATE).workflow).toEqual(TEMPLATE);
  });

  it('has a hash that depends on its values and not on layout or order', () => {
    const turned = Object.fromEntries(
      Object.entries(TEMPLATE).map(([id, node]) => [
        id,
        { inputs: node.inputs, class_type: node.class_type, _meta: node._meta! },
      ]),
    );
    expect(hashWorkflow(turned)).toBe(hashWorkflow(TEMPLATE));
    expect(hashWorkflow(TEMPLATE)).toMatch(/^[0-9a-f]{64}$/);
    const other = withChangedInputs('14', { save_state: true }, TEMPLATE);
    expect(hashWorkflow(other)).not.toBe(hashWorkflow(TEMPLATE));
  });

  it.each([
    ['a file in the format of the editor', { nodes: [] }, 'API format'],
    ['an invalid workflow', withChangedInputs('107', { network_dim: 0 }, TEMPLATE), 'Node 107'],
    [
      'a workflow with two datasets',
      withChangedInputs(
        '107',
        { dataset: ['111', 0] },
        {
          ...TEMPLATE,
          '111': { ...TEMPLATE['109']!, inputs: { ...TEMPLATE['109']!.inputs, dataset_config: ['109', 0] } },
        },
      ),
      'exactly one node of each of these classes: TrainDatasetAdd',
    ],
  ])('is rejected when it is %s', (_, json, message) => {
    const parse = () => parseWorkflowTemplate('own', json);
    expect(parse).toThrow(
      expect.objectContaining({ name: 'WorkflowTemplateError', code: 'invalid_template' }),
    );
    expect(parse).toThrow(message);
  });
});
