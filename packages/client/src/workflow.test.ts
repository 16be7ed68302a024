import { describe, expect, it } from 'vitest';
import { buildWorkflow, computeHyperparams, loadWorkflowTemplate, WorkflowError } from './index.ts';

describe('computeHyperparams', () => {
  it('computes learning rate and steps for 15 style images', () => {
    const { hyperparameters } = computeHyperparams('custom-styles', 15);
    expect(hyperparameters).toMatchObject({ learning_rate: 4e-4, max_train_steps: 750 });
  });
  it('lowers the learning rate of actors with the number of images', () => {
    const rates = [10, 20, 21].map(
      (count) => computeHyperparams('custom-actors', count).hyperparameters.learning_rate,
    );
    expect(rates).toEqual([4e-4, 3e-4, 2.5e-4]);
  });
  it('reads SB_HP_* settings from the given environment', () => {
    const env = { SB_HP_STYLE_SPI: '10', SB_HP_STYLE_MIN: '100' };
    expect(computeHyperparams('custom-styles', 20, { env }).hyperparameters.max_train_steps).toBe(200);
  });
  it('refuses a dataset without images', () => {
    expect(() => computeHyperparams('custom-styles', 0)).toThrow('There are no images to train on');
  });
});

describe('buildWorkflow', () => {
  it('uses the learning rate and the steps of the caller', async () => {
    const { workflow, hyperparameters } = await buildWorkflow({
      classTokens: 'my-style-token',
      trainingType: 'custom-styles',
      learningRate: 0.0005,
      maxTrainSteps: 1000,
    });
    expect(hyperparameters).toMatchObject({ learning_rate: 5e-4, max_train_steps: 1000 });
    expect(workflow['107']?.inputs).toMatchObject({ learning_rate: 5e-4, max_train_steps: 1000 });
    expect(workflow['4']?.inputs).toMatchObject({ steps: 1000 });
    expect(workflow['109']?.inputs).toMatchObject({ class_tokens: 'my-style-token' });
  });
  it('builds the workflow that the legacy module describes', async () => {
    const { workflow } = await buildWorkflow({
      classTokens: 'my-token',
      trainingType: 'custom-styles',
      validation: true,
    });
    const getInputs = (node: string) => workflow[node]?.inputs;
    expect(getInputs('2')).toMatchObject({ transformer: 'flux1-dev-fp8.safetensors' });
    expect(getInputs('107')).toMatchObject({ network_dim: 16, gradient_dtype: 'bf16', save_dtype: 'bf16' });
    expect(getInputs('109')).toMatchObject({
      ...{ enable_bucket: true, min_bucket_reso: 256, max_bucket_reso: 1024 },
      ...{ batch_size: 2, num_repeats: 10 },
    });
    const classes = ['4', '14', '37', '70', '90'].map((node) => workflow[node]?.class_type);
    expect(classes).toEqual([
      'FluxTrainLoop',
      'FluxTrainSave',
      'FluxTrainValidationSettings',
      'VisualizeLoss',
      'SaveImage',
    ]);
  });

  it('applies inputs of single nodes', async () => {
    const { workflow } = await buildWorkflow({
      classTokens: 'my-token',
      trainingType: 'custom-styles',
      nodes: { '109': { batch_size: 4 }, '107': { network_dim: 32 } },
    });
    expect(workflow['109']?.inputs['batch_size']).toBe(4);
    expect(workflow['107']?.inputs['network_dim']).toBe(32);
  });
  it('refuses a value out of bounds with node, input, value and bound', async () => {
    const options = {
      classTokens: 't',
      trainingType: 'custom-styles',
      nodes: { '109': { batch_size: 0 } },
    } as const;
    const refusal = buildWorkflow(options);
    await expect(refusal).rejects.toBeInstanceOf(WorkflowError);
    await expect(refusal).rejects.toThrow(/109.*batch_size.*0/s);
  });
  it('loads templates by name', async () => {
    const template = await loadWorkflowTemplate('lora_training_workflow_headless');
    expect(Object.keys(template.workflow)).toEqual(expect.arrayContaining(['2', '4', '14', '107', '109']));
    await expect(loadWorkflowTemplate('no_such')).rejects.toThrow(
      '"no_such" is not a known workflow template',
    );
  });
});
