import { describe, expect, it } from 'vitest';
import { buildFixture, listFaults, REQUEST, withChangedInputs, withNode } from '../../test/fixtures.ts';
import { adoptWorkflow } from '../adopt-workflow.ts';
import { DEFAULT_MODEL_FILES } from '../build-workflow.ts';

describe('a known issue of the node pack', () => {
  it('25, 21: a new node id keeps the old dataset, so the dataset is always node 109', () => {
    expect(buildFixture()['107']!.inputs['dataset']).toEqual(['109', 0]);
  });

  it('108: blanks around path and tokens are trimmed, and rejected in a workflow of the caller', () => {
    const workflow = buildFixture({}, { datasetDir: ' /training_data\n', trigger: ' style_16 ' });
    expect(workflow['109']!.inputs).toMatchObject({
      dataset_path: '/training_data',
      class_tokens: 'style_16',
    });
    expect(listFaults(withChangedInputs('109', { dataset_path: '/training_data ' }))).toEqual([
      '109.dataset_path not_allowed',
    ]);
    expect(listFaults(withChangedInputs('109', { class_tokens: 'style_16 ' }))).toEqual([
      '109.class_tokens not_allowed',
    ]);
  });

  it('49, 96: an empty path and the path of the example are replaced', () => {
    expect(listFaults(withChangedInputs('109', { dataset_path: '' }))).toEqual([
      '109.dataset_path not_allowed',
    ]);
    const { outputName, outputDir, datasetDir } = REQUEST;
    const workflow = withChangedInputs('109', { dataset_path: '../datasets/example' });
    expect(
      adoptWorkflow({ workflow, outputName, outputDir, datasetDir }).workflow['109']!.inputs,
    ).toMatchObject({
      dataset_path: '/training_data',
    });
  });

  it('19, 24: loops and max_train_steps have the same number of steps', () => {
    const workflow = buildFixture({ max_train_steps: 777 });
    expect(workflow['4']!.inputs['steps']).toBe(workflow['107']!.inputs['max_train_steps']);
  });

  it('72, 164: the caption extension is always .txt', () => {
    expect(buildFixture()['108']!.inputs['caption_extension']).toBe('.txt');
  });

  it('131: the plot style is a style of matplotlib', () => {
    expect(buildFixture()['70']!.inputs['plot_style']).toBe('ggplot');
  });

  it.each([
    [10, 1],
    [9, 0],
    [500, 50],
    [2000, 100],
    [30_000, 100],
  ])('95, 113: with %i steps the loss is averaged over %i', (steps, window) => {
    const workflow = buildFixture({ max_train_steps: steps, lr_warmup_steps: 0 });
    expect(workflow['70']!.inputs['window_size']).toBe(window);
  });

  it('124, 116, 159, 128: a single swapped block and forty swapped blocks are rejected', () => {
    expect(listFaults(withChangedInputs('107', { blocks_to_swap: 1 }))).toHaveLength(1);
    expect(listFaults(withChangedInputs('107', { blocks_to_swap: 40 }))).toHaveLength(1);
    expect(listFaults(withChangedInputs('107', { blocks_to_swap: 18 }))).toEqual([]);
  });

  it('180, 113: validation raises the memory peak and can be left out', () => {
    const workflow = buildFixture({}, { validation: false });
    expect(Object.keys(workflow)).toEqual(['2', '4', '14', '70', '90', '95', '107', '108', '109', '133']);
    expect(workflow['133']!.inputs['network_trainer']).toEqual(['14', 0]);
    expect(workflow['70']!.inputs['network_trainer']).toEqual(['14', 0]);
    expect(listFaults(workflow)).toEqual([]);
  });

  it('76: gradients and file are bf16', () => {
    expect(buildFixture()['107']!.inputs).toMatchObject({ gradient_dtype: 'bf16', save_dtype: 'bf16' });
  });

  it('207: text encoders are not trained', () => {
    expect(buildFixture()['107']!.inputs).toMatchObject({
      train_text_encoder: 'disabled',
      clip_l_lr: 0,
      T5_lr: 0,
    });
  });

  it('150: the model files have the names of the container', () => {
    const models = { ...DEFAULT_MODEL_FILES, transformer: 'flux/dev.safetensors', t5: 't5/xxl.safetensors' };
    expect(buildFixture({}, { models })['2']!.inputs).toEqual(models);
    expect(listFaults(withChangedInputs('2', { transformer: '' }))).toEqual(['2.transformer wrong_type']);
  });

  it('17, 44, 64, 189: resuming is rejected', () => {
    const resume = withNode('6', 'FluxTrainResume', { load_state_path: '/x', skip_until_initial_step: true });
    expect(listFaults(withChangedInputs('107', { resume_args: ['6', 0] }, resume))).toEqual([
      '107.resume_args not_allowed',
    ]);
  });

  it('7: the LoRA is written to the absolute path of the request', () => {
    expect(buildFixture()['107']!.inputs['output_dir']).toBe('/output/t1/attempt-1');
  });

  it('135: the LoRA trainer is known and the full finetune is rejected', () => {
    expect(listFaults(withNode('5', 'InitFluxTraining', {}))).toEqual(['5 unknown_class']);
  });
});
