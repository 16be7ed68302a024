import { describe, expect, it } from 'vitest';
import {
  buildFixture,
  collectIssues,
  HYPERPARAMETERS,
  withChangedInputs,
  withNode,
} from '../test/fixtures.ts';
import { adoptWorkflow } from './adopt-workflow.ts';
import { NODE_SCHEMAS } from './nodes/registry.ts';

const isolation = {
  outputName: 'style_16_v1.0',
  outputDir: '/output/t1/attempt-1',
  datasetDir: '/training_data',
};
function adopt(workflow: unknown, trainingConfig = {}) {
  return adoptWorkflow({ ...isolation, workflow, trainingConfig });
}

describe('a workflow of the caller', () => {
  it('is adopted unchanged when its run is already isolated', () => {
    const { workflow, changes, ignored, hyperparameters } = adopt(buildFixture());
    expect(workflow).toEqual(buildFixture());
    expect(changes).toEqual([]);
    expect(ignored).toEqual({});
    expect(hyperparameters).toEqual(HYPERPARAMETERS);
  });

  it('is isolated from other runs, and every change is reported', () => {
    const own = withChangedInputs('107', {
      output_dir: 'out',
      output_name: 'mine',
      additional_args: undefined,
    });
    const { workflow, changes } = adopt(
      withChangedInputs(
        '108',
        { reset_on_queue: false },
        withChangedInputs('109', { dataset_path: '' }, own),
      ),
    );
    expect(workflow).toEqual(buildFixture());
    expect(changes).toEqual([
      {
        node: '108',
        class_type: 'TrainDatasetGeneralConfig',
        input: 'reset_on_queue',
        from: false,
        to: true,
      },
      { node: '109', class_type: 'TrainDatasetAdd', input: 'dataset_path', from: '', to: '/training_data' },
      {
        node: '107',
        class_type: 'InitFluxLoRATraining',
        input: 'output_name',
        from: 'mine',
        to: 'style_16_v1.0',
      },
      {
        node: '107',
        class_type: 'InitFluxLoRATraining',
        input: 'output_dir',
        from: 'out',
        to: '/output/t1/attempt-1',
      },
      { node: '107', class_type: 'InitFluxLoRATraining', input: 'additional_args', from: undefined, to: '' },
    ]);
  });

  it('may have other node ids and several datasets, whose paths are all set', () => {
    const text = JSON.stringify(buildFixture()).replaceAll('"108"', '"137"').replaceAll('"107"', '"7"');
    const renamed = JSON.parse(text);
    const second = { ...renamed['109'], inputs: { ...renamed['109'].inputs, width: 512, height: 512 } };
    const two = withChangedInputs('7', { dataset: ['111', 0] }, renamed);
    const { workflow, hyperparameters } = adopt({
      ...two,
      '111': { ...second, inputs: { ...second.inputs, dataset_config: ['109', 0], dataset_path: '/x' } },
    });
    expect(workflow['111']!.inputs['dataset_path']).toBe('/training_data');
    expect(workflow['137']!.inputs['reset_on_queue']).toBe(true);
    expect(hyperparameters).not.toHaveProperty('width');
    expect(hyperparameters.batch_size).toBe(1);
  });

  it('is rejected when the sum of its loops differs from max_train_steps', () => {
    expect(collectIssues(() => adopt(withChangedInputs('4', { steps: 1200 })))).toMatchObject([
      { code: 'steps_mismatch', node: '107', input: 'max_train_steps', value: 2000 },
    ]);
  });

  it('is rejected when training_config contradicts it', () => {
    const refused = () => adopt(buildFixture(), { learning_rate: 0.0001, max_train_steps: 1200 });
    expect(collectIssues(refused)).toMatchObject([
      { node: '107', input: 'learning_rate', value: 0.00025, bound: '0.0001, the value of training_config' },
      { node: '107', input: 'max_train_steps', value: 2000, bound: '1200, the value of training_config' },
    ]);
    expect(adopt(buildFixture(), { learning_rate: 0.00025, max_train_steps: 2000 }).changes).toEqual([]);
  });

  it('is rejected with a list of all faults', () => {
    const workflow = withChangedInputs(
      '107',
      { network_dim: 0 },
      withChangedInputs('70', { plot_style: 'default' }),
    );
    expect(collectIssues(() => adopt(workflow)).map((issue) => issue.input)).toEqual([
      'plot_style',
      'network_dim',
    ]);
  });

  it('keeps inputs that no node schema knows, and reports them as ignored', () => {
    const workflow = withChangedInputs(
      '107',
      { lr_scheduler: 'cosine' },
      withChangedInputs('109', { keep_tokens: 1 }),
    );
    expect(adopt(workflow).ignored).toEqual({ '107': ['lr_scheduler'], '109': ['keep_tokens'] });
  });

  it('may hold classes of a custom container when their schemas are given', () => {
    const text = { inputs: {}, outputs: ['STRING'], isOutput: true };
    const workflow = withNode('200', 'StringConstant', {});
    expect(collectIssues(() => adopt(workflow))).toMatchObject([{ code: 'unknown_class', node: '200' }]);
    const schemas = { ...NODE_SCHEMAS, StringConstant: text };
    expect(adoptWorkflow({ ...isolation, workflow, schemas }).workflow).toHaveProperty('200');
  });

  it.each([undefined, 'x', { nodes: [] }])(
    'is rejected when it does not have the shape of a workflow: %j',
    (workflow) => {
      expect(collectIssues(() => adopt(workflow))).toMatchObject([{ code: 'not_a_workflow' }]);
    },
  );
});
