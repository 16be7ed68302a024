import { InvalidWorkflowError } from '@trainyard/application';
import { resolveHyperparameters } from '@trainyard/domain';
import { describe, expect, test } from 'vitest';
import { buildObjectInfo } from '../test/object-info.ts';
import { readClasses } from './object-info/declared.ts';
import { toNodeSchemas } from './object-info/schemas.ts';
import { loadWorkflowTemplate } from './template.ts';
import { createWorkflowBuilder } from './workflow-builder.ts';

const template = await loadWorkflowTemplate();
const builder = createWorkflowBuilder({ templates: [template] });

const order = {
  template: template.name,
  hyperparameters: resolveHyperparameters({ kind: 'actor', imageCount: 23 }).hyperparameters,
  trigger: 'ada',
  classTokens: 'ada',
  outputName: 'actor_1_V1',
  outputDir: '/output/t1/1',
  datasetDir: '/training_data',
  samplePrompts: ['ada'],
  validation: false,
};

function thrownBy(act: () => unknown): InvalidWorkflowError {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidWorkflowError) return error;
  }
  throw new Error('no InvalidWorkflowError was thrown');
}

describe('the workflow builder', () => {
  test('builds the named template with the values of the order', () => {
    expect(builder.build(order)).toMatchObject({ '107': { inputs: { output_name: 'actor_1_V1' } } });
  });

  test('returns the hash of the template', () => {
    expect(builder.templateHash(template.name)).toBe(template.hash);
  });

  test('lists the known templates when a request names an unknown template', () => {
    expect(thrownBy(() => builder.templateHash('other')).issues[0]?.bound).toBe(template.name);
  });

  test('reports node, input, value and bound of an invalid override as an error of the port', () => {
    const { issues } = thrownBy(() => builder.build({ ...order, overrides: { '109': { batch_size: 0 } } }));
    expect(issues[0]).toMatchObject({ node: '109', input: 'batch_size', value: 0 });
    expect(issues[0]?.bound).toBeTypeOf('string');
  });

  test('adopts a workflow of the caller and reports the changed inputs', () => {
    const own = builder.build(order);
    const adopted = builder.adopt({ ...order, workflow: own, outputName: 'other' });
    expect(adopted.changes).toContainEqual(expect.objectContaining({ input: 'output_name', to: 'other' }));
  });

  test('finds the class tokens of a workflow as its trigger', () => {
    expect(builder.findTrigger(builder.build(order))).toBe('ada');
    for (const none of [builder.build({ ...order, classTokens: '' }), {}, undefined, 'text', { '1': {} }])
      expect(builder.findTrigger(none)).toBeUndefined();
  });

  test('adopts an accepted workflow by the classes that were stored with it, without the document', () => {
    const foreign = {
      Note: { input: { required: { text: ['STRING', {}] } }, output: [], output_node: true },
    };
    const schemas = toNodeSchemas(readClasses({ ...buildObjectInfo(), ...foreign }));
    const reading = createWorkflowBuilder({ templates: [template], getKnownClasses: () => ({ schemas }) });
    const workflow = { ...reading.build(order), '200': { class_type: 'Note', inputs: { text: 'a' } } };
    const nodeClasses = JSON.parse(JSON.stringify(reading.pickNodeClasses(workflow)));
    expect(Object.keys(nodeClasses)).toContain('Note');
    expect(thrownBy(() => builder.adopt({ ...order, workflow })).message).toMatch(/class "Note" is unknown/);
    expect(builder.adopt({ ...order, workflow, nodeClasses }).workflow).toHaveProperty('200');
  });

  test('rejects a workflow that contradicts its training_config', () => {
    const own = builder.build(order);
    const claimed = { max_train_steps: 7 };
    expect(thrownBy(() => builder.adopt({ ...order, workflow: own, claimed })).issues[0]?.input).toBe(
      'max_train_steps',
    );
  });
});
