import { describe, expect, it } from 'vitest';
import { NODE_SCHEMAS } from '../nodes/registry.ts';
import {
  buildFixture,
  collectIssues,
  HYPERPARAMETERS,
  withChangedInputs,
  withNode,
} from '../traps/fixtures.ts';
import { adoptWorkflow } from './adopt.ts';

const isolation = {
  outputName: 'style_16_v1.0',
  outputDir: '/output/t1/attempt-1',
  datasetDir: '/training_data',
};
function adopt(workflow: unknown, trainingConfig = {}) {
  return adoptWorkflow({ ...isolation, workflow, trainingConfig });
}

describe('a caller’s own workflow', () => {
  it('is used as it is when nothing has to be set', () => {
    const { workflow, changes, ignored, hyperparameters } = adopt(buildFixture());
    expect(workflow).toEqual(buildFixture());
    expect(changes).toEqual([]);
    expect(ignored).toEqual({});
    expect(hyperparameters).toEqual(HYPERPARAMETERS);
  });

  it('gets what keeps runs apart, each change named', () => {
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

  it('may have other ids, and several datasets, each of which gets the path', () => {
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

  it('is refused when its loops do not add up to max_train_steps', () => {
    expect(collectIssues(() => adopt(withChangedInputs('4', { steps: 1200 })))).toMatchObject([
      { code: 'steps_mismatch', node: '107', input: 'max_train_steps', value: 2000 },
    ]);
  });

  it('is refused when training_config says something else', () => {
    const refused = () => adopt(buildFixture(), { learning_rate: 0.0001, max_train_steps: 1200 });
    expect(collectIssues(refused)).toMatchObject([
      { node: '107', input: 'learning_rate', value: 0.00025, bound: '0.0001, as training_config says' },
      { node: '107', input: 'max_train_steps', value: 2000, bound: '1200, as training_config says' },
    ]);
    expect(adopt(buildFixture(), { learning_rate: 0.00025, max_train_steps: 2000 }).changes).toEqual([]);
  });

  it('is refused with every fault at once', () => {
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

  it('keeps inputs that no node knows, and says that they do nothing', () => {
    const workflow = withChangedInputs(
      '107',
      { lr_scheduler: 'cosine' },
      withChangedInputs('109', { keep_tokens: 1 }),
    );
    expect(adopt(workflow).ignored).toEqual({ '107': ['lr_scheduler'], '109': ['keep_tokens'] });
  });

  it('may hold classes of the caller’s own container when their schemas are given', () => {
    const text = { inputs: {}, outputs: ['STRING'], isOutput: true };
    const workflow = withNode('200', 'StringConstant', {});
    expect(collectIssues(() => adopt(workflow))).toMatchObject([{ code: 'unknown_class', node: '200' }]);
    const schemas = { ...NODE_SCHEMAS, StringConstant: text };
    expect(adoptWorkflow({ ...isolation, workflow, schemas }).workflow).toHaveProperty('200');
  });

  it.each([undefined, 'x', { nodes: [] }])('is refused when it is none: %j', (workflow) => {
    expect(collectIssues(() => adopt(workflow))).toMatchObject([{ code: 'not_a_workflow' }]);
  });
});
