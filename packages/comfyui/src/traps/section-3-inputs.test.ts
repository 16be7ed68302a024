import { describe, expect, it } from 'vitest';
import { buildFixture, listFaults, withChangedInputs, withNode } from './fixtures.ts';

describe('traps of the nodes’ inputs (reference, sections 2 and 3)', () => {
  it('only End, SaveImage, PreviewImage and PreviewAny make anything run: a graph without one is refused', () => {
    const { '133': _end, '90': _plot, ...rest } = buildFixture();
    expect(listFaults(rest)).toEqual(['no_output']);
  });

  it('two consumers of one trainer have no defined order: Validate and End both on Save are refused', () => {
    expect(listFaults(withChangedInputs('133', { network_trainer: ['14', 0] }))).toContain('14 structure');
  });

  it('the plot only reads the trainer and may stand beside End', () => {
    const { '70': plot, '133': end } = buildFixture();
    expect(plot!.inputs['network_trainer']).toEqual(end!.inputs['network_trainer']);
  });

  it('JSON serves three roles: the general config straight into the trainer is refused', () => {
    expect(listFaults(withChangedInputs('107', { dataset: ['108', 0] }))).toEqual([
      '107.dataset wrong_source',
    ]);
  });

  it('ARGS serves four roles: the optimizer as block_args is refused', () => {
    expect(listFaults(withChangedInputs('107', { block_args: ['95', 0] }))).toEqual([
      '107.block_args wrong_source',
    ]);
  });

  it('an unknown class rejects the whole prompt, even unconnected', () => {
    expect(listFaults(withNode('135', 'StringConstantMultiline', { string: 'x' }))).toEqual([
      '135 unknown_class',
    ]);
  });

  it('plot_style "default" is not in its own list: we send ggplot and refuse it', () => {
    expect(buildFixture()['70']!.inputs['plot_style']).toBe('ggplot');
    expect(listFaults(withChangedInputs('70', { plot_style: 'default' }))).toEqual([
      '70.plot_style not_in_list',
    ]);
  });

  it('optimizer, scheduler and warm-up live in 95, flip_aug in 108', () => {
    const workflow = buildFixture({ optimizer_type: 'CAME', lr_warmup_steps: 7, flip_aug: true });
    expect(workflow['95']!.inputs).toMatchObject({ optimizer_type: 'CAME', lr_warmup_steps: 7 });
    expect(workflow['108']!.inputs).toMatchObject({ flip_aug: true });
  });

  it.each(['AdamW8bit', 'came', 'linear'])('optimizer names are exact: %s is refused', (optimizer_type) => {
    expect(listFaults(withChangedInputs('95', { optimizer_type }))).toEqual([
      '95.optimizer_type not_in_list',
    ]);
  });

  it('there is no "linear" schedule', () => {
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

  it('caches have no default and must be sent', () => {
    expect(listFaults(withChangedInputs('107', { cache_latents: undefined }))).toContain(
      '107.cache_latents missing_input',
    );
    expect(buildFixture()['107']!.inputs['cache_latents']).toBe('disk');
  });

  it('seeds above 2^53 - 1 do not survive JSON and are refused', () => {
    expect(listFaults(withChangedInputs('37', { seed: 2 ** 53 }))).toEqual(['37.seed wrong_type']);
    expect(listFaults(withChangedInputs('37', { seed: 2 ** 53 - 1 }))).toEqual([]);
  });

  it('split_mode and blocks_to_swap are both sent, which satisfies older and newer containers', () => {
    expect(buildFixture()['107']!.inputs).toMatchObject({ split_mode: false, blocks_to_swap: 0 });
  });

  it('End saves the whole training state unless told otherwise', () => {
    expect(buildFixture()['133']!.inputs['save_state']).toBe(false);
    expect(buildFixture()['14']!.inputs['save_state']).toBe(false);
  });
});
