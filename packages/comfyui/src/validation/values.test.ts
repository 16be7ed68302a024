import { describe, expect, it } from 'vitest';
import { buildFixture, collectIssues, listFaults, REQUEST, withChangedInputs } from '../../test/fixtures.ts';
import { buildWorkflow } from '../build-workflow.ts';

describe('the meaning of values', () => {
  it('a relative output_dir is resolved in ComfyUI’s folder and is rejected', () => {
    expect(listFaults(withChangedInputs('107', { output_dir: 'flux_trainer_output' }))).toEqual([
      '107.output_dir not_allowed',
    ]);
  });

  it.each(['../x', 'a/b', 'a\\b', '.hidden', ' x', '', 'x\n', 'x'.repeat(181)])(
    'output_name becomes a file name, so %j is rejected',
    (output_name) => {
      expect(listFaults(withChangedInputs('107', { output_name }))).toEqual(['107.output_name not_allowed']);
    },
  );

  it('output name and directory belong to a single attempt', () => {
    const inputs = buildFixture({}, { outputDir: '/output/t1/attempt-2', outputName: 'actor_0019_V7' })[
      '107'
    ]!.inputs;
    expect(inputs).toMatchObject({ output_dir: '/output/t1/attempt-2', output_name: 'actor_0019_V7' });
  });

  it('captions that already hold the trigger have no class_tokens, so that the trigger is not doubled', () => {
    expect(buildFixture()['109']!.inputs['class_tokens']).toBe('style_16');
    const workflow = buildFixture({}, { classTokens: '' });
    expect(workflow['109']!.inputs['class_tokens']).toBe('');
    expect(workflow['107']!.inputs['sample_prompts']).toBe('style_16');
  });

  it.each([
    ['shuffle_caption', true],
    ['caption_dropout_rate', 0.1],
    ['color_aug', true],
  ])('%s contradicts cached outputs and is rejected', (input, value) => {
    expect(listFaults(withChangedInputs('108', { [input]: value }))).toEqual([`108.${input} conflict`]);
    const uncached = withChangedInputs('107', {
      cache_latents: 'disabled',
      cache_text_encoder_outputs: 'disabled',
    });
    expect(listFaults(withChangedInputs('108', { [input]: value }, uncached))).toEqual([]);
  });

  it.each([
    [{ width: 1280 }, ['109.max_bucket_reso conflict']],
    [{ height: 128 }, ['109.min_bucket_reso conflict']],
    [{ min_bucket_reso: 2048, max_bucket_reso: 1024 }, ['109.min_bucket_reso conflict']],
    [{ width: 1280, enable_bucket: false }, []],
  ])('buckets must enclose the resolution: %j', (inputs, expected) => {
    expect(listFaults(withChangedInputs('109', inputs))).toEqual(expected);
  });

  it('"constant" with warm-up ends in an error and is rejected', () => {
    expect(listFaults(withChangedInputs('95', { lr_scheduler: 'constant' }))).toEqual([
      '95.lr_warmup_steps conflict',
    ]);
    expect(listFaults(withChangedInputs('95', { lr_scheduler: 'constant_with_warmup' }))).toEqual([]);
  });

  it('a warm-up as long as the training is rejected', () => {
    expect(listFaults(withChangedInputs('95', { lr_warmup_steps: 2000 }))).toEqual([
      '95.lr_warmup_steps conflict',
    ]);
  });

  it('"adafactor" is in the list of two nodes but does not work, so it is rejected', () => {
    const { optimizer_type: _, ...rest } = buildFixture()['95']!.inputs;
    const flags = { weight_decay: 0, decouple: true, use_bias_correction: false };
    const inputs = { ...rest, ...flags, lr_scheduler: 'adafactor', lr_warmup_steps: 0 };
    const workflow = { ...buildFixture(), '95': { class_type: 'OptimizerConfigProdigy', inputs } };
    expect(listFaults(workflow)).toEqual(['95.lr_scheduler conflict']);
  });

  it('"sigma_scaled" is rejected unless the timesteps are "sigma"', () => {
    const scaled = withChangedInputs('107', { model_prediction_type: 'sigma_scaled' });
    expect(listFaults(scaled)).toEqual(['107.model_prediction_type conflict']);
    expect(listFaults(withChangedInputs('107', { timestep_sampling: 'sigma' }, scaled))).toEqual([]);
  });

  it.each([1, 36, 40, -1])('blocks_to_swap is 0 or 2 to 35, so %i is rejected', (blocks_to_swap) => {
    expect(listFaults(withChangedInputs('107', { blocks_to_swap }))).toEqual([
      '107.blocks_to_swap out_of_range',
    ]);
  });

  it('blocks_to_swap true would become 1 and is rejected', () => {
    expect(listFaults(withChangedInputs('107', { blocks_to_swap: true }))).toEqual([
      '107.blocks_to_swap wrong_type',
    ]);
  });

  it('blocks_to_swap with CPU offloading is rejected', () => {
    const inputs = { blocks_to_swap: 18, gradient_checkpointing: 'enabled_with_cpu_offloading' };
    expect(listFaults(withChangedInputs('107', inputs))).toEqual(['107.blocks_to_swap conflict']);
  });

  it('absent additional_args would make kohya read ComfyUI’s command line, so they are always set', () => {
    expect(buildFixture()['107']!.inputs['additional_args']).toBe('');
    expect(listFaults(withChangedInputs('107', { additional_args: undefined }))).toEqual([
      '107.additional_args not_allowed',
    ]);
  });

  it('--max_train_epochs in additional_args would override max_train_steps and is rejected', () => {
    const additional_args = '--max_train_epochs 3';
    expect(listFaults(withChangedInputs('107', { additional_args }))).toEqual([
      '107.additional_args not_allowed',
    ]);
  });

  it('additional_args may name a tokenizer folder, for a container without network', () => {
    const overrides = { '107': { additional_args: '--tokenizer_cache_dir /models/tokenizers' } };
    expect(buildFixture({}, { overrides })['107']!.inputs).toMatchObject(overrides['107']);
  });

  it.each(['', '# a comment', 'a|b', 'a --w 512', 'a\nb'])(
    'the sample prompt %j would be lost and is rejected',
    (prompt) => {
      const issues = collectIssues(() => buildWorkflow({ ...REQUEST, samplePrompts: ['fine', prompt] }));
      expect(issues).toMatchObject([{ input: 'sample_prompts', value: prompt }]);
    },
  );

  it('validation without a prompt is rejected', () => {
    expect(listFaults(withChangedInputs('107', { sample_prompts: '# one | # two' }))).toEqual([
      '107.sample_prompts not_allowed',
    ]);
    expect(collectIssues(() => buildWorkflow({ ...REQUEST, samplePrompts: [] }))).toHaveLength(1);
  });

  it('several prompts are joined with the separator of the trainer', () => {
    const workflow = buildFixture({}, { samplePrompts: ['style_16', ' a bridge, style_16 '] });
    expect(workflow['107']!.inputs['sample_prompts']).toBe('style_16|a bridge, style_16');
  });

  it('a learning rate of 0 has no effect and is rejected', () => {
    expect(listFaults(withChangedInputs('107', { learning_rate: 0 }))).toEqual([
      '107.learning_rate out_of_range',
    ]);
  });
});
