import { describe, expect, it } from 'vitest';
import { buildFixture, listFaults, withChangedInputs, withNode } from '../../test/fixtures.ts';

describe('the inputs of nodes', () => {
  it('a graph without End, SaveImage, PreviewImage or PreviewAny would not run and is rejected', () => {
    const { '133': _end, '90': _plot, ...rest } = buildFixture();
    expect(listFaults(rest)).toEqual(['no_output']);
  });

  it('two consumers of a trainer have no defined order, so Validate and End both on Save are rejected', () => {
    expect(listFaults(withChangedInputs('133', { network_trainer: ['14', 0] }))).toContain('14 structure');
  });

  it('the plot only reads the trainer and may follow the same node as End', () => {
    const { '70': plot, '133': end } = buildFixture();
    expect(plot!.inputs['network_trainer']).toEqual(end!.inputs['network_trainer']);
  });

  it('JSON has three roles, so the general config as the dataset of the trainer is rejected', () => {
    expect(listFaults(withChangedInputs('107', { dataset: ['108', 0] }))).toEqual([
      '107.dataset wrong_source',
    ]);
  });

  it('ARGS has four roles, so the optimizer as block_args is rejected', () => {
    expect(listFaults(withChangedInputs('107', { block_args: ['95', 0] }))).toEqual([
      '107.block_args wrong_source',
    ]);
  });

  it('an unknown class rejects the whole prompt, even unconnected', () => {
    expect(listFaults(withNode('135', 'StringConstantMultiline', { string: 'x' }))).toEqual([
      '135 unknown_class',
    ]);
  });

  it('plot_style "default" is not in the list of the node, so it is rejected and ggplot is set', () => {
    expect(buildFixture()['70']!.inputs['plot_style']).toBe('ggplot');
    expect(listFaults(withChangedInputs('70', { plot_style: 'default' }))).toEqual([
      '70.plot_style not_in_list',
    ]);
  });

  it('optimizer, scheduler and warm-up are inputs of node 95, flip_aug of node 108', () => {
    const workflow = buildFixture({ optimizer_type: 'CAME', lr_warmup_steps: 7, flip_aug: true });
    expect(workflow['95']!.inputs).toMatchObject({ optimizer_type: 'CAME', lr_warmup_steps: 7 });
    expect(workflow['108']!.inputs).toMatchObject({ flip_aug: true });
  });

  it.each(['AdamW8bit', 'came', 'linear'])(
    'optimizer names are exact, so %s is rejected',
    (optimizer_type) => {
      expect(listFaults(withChangedInputs('95', { optimizer_type }))).toEqual([
        '95.optimizer_type not_in_list',
      ]);
    },
  );

  it.each(['cosine', 'constant', 'cosine_with_restarts', 'polynomial', 'constant_with_warmup'])(
    'the schedule %s is accepted',
    (lr_scheduler) => {
      expect(listFaults(withChangedInputs('95', { lr_scheduler, lr_warmup_steps: 0 }))).toEqual([]);
    },
  );

  it('a "linear" schedule does not exist and is rejected', () => {
    expect(listFaults(withChangedInputs('95', { lr_scheduler: 'linear' }))).toEqual([
      '95.lr_scheduler not_in_list',
    ]);
  });

  it('the ProdigyPlusScheduleFree node has a key with a trailing blank', () => {
    const inputs = {
      lr: 1,
      max_grad_norm: 0,
      prodigy_steps: 0,
      d0: 1e-6,
      d_coeff: 1,
      split_groups: true,
      use_bias_correction: false,
      min_snr_gamma: 5,
      use_stableadamw: true,
      use_cautious: false,
      use_adopt: false,
      use_grams: false,
      stochastic_rounding: true,
      use_orthograd: false,
      extra_optimizer_args: '',
    };
    const swap = (more: object) => ({
      ...buildFixture(),
      '95': { class_type: 'OptimizerConfigProdigyPlusScheduleFree', inputs: { ...inputs, ...more } },
    });
    expect(listFaults(swap({ use_focus: false }))).toEqual(['95.use_focus  missing_input']);
    expect(listFaults(swap({ 'use_focus ': false }))).toEqual([]);
  });

  it('caches have no default and are required', () => {
    expect(listFaults(withChangedInputs('107', { cache_latents: undefined }))).toContain(
      '107.cache_latents missing_input',
    );
    expect(buildFixture()['107']!.inputs['cache_latents']).toBe('disk');
  });

  it('seeds above 2^53 - 1 lose precision in JSON and are rejected', () => {
    expect(listFaults(withChangedInputs('37', { seed: 2 ** 53 }))).toEqual(['37.seed wrong_type']);
    expect(listFaults(withChangedInputs('37', { seed: 2 ** 53 - 1 }))).toEqual([]);
  });

  it('split_mode and blocks_to_swap are both set, which satisfies older and newer containers', () => {
    expect(buildFixture()['107']!.inputs).toMatchObject({ split_mode: false, blocks_to_swap: 0 });
  });

  it('End has save_state false, since it would save the whole training state', () => {
    expect(buildFixture()['133']!.inputs['save_state']).toBe(false);
    expect(buildFixture()['14']!.inputs['save_state']).toBe(false);
  });
});
