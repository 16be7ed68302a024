import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodesOfClass, type Workflow } from '../workflow/workflow.ts';
import { built, changed, faults, withNode } from './fixtures.ts';

const loopSteps = (workflow: Workflow) =>
  nodesOfClass(workflow, 'FluxTrainLoop').map((id) => workflow[id]!.inputs['steps'] as number);

describe('traps of steps and loops (reference, section 4)', () => {
  it('max_train_steps does not train: the loop follows it', () => {
    expect(built({ max_train_steps: 1234 })['4']!.inputs['steps']).toBe(1234);
  });

  it.each([1500, 2500, 2001])('a loop of %i steps beside max_train_steps 2000 is refused', (steps) => {
    expect(faults(changed('4', { steps }))).toEqual(['107.max_train_steps steps_mismatch']);
  });

  it('three loops of 1000 would run a whole extra epoch: the sum must be max_train_steps', () => {
    const workflow = built({ max_train_steps: 30_000 });
    expect(faults(changed('107', { max_train_steps: 29_000 }, workflow))).toEqual([
      '107.max_train_steps steps_mismatch',
    ]);
  });

  it.each([
    [10_000, [10_000]],
    [10_001, [10_000, 1]],
    [25_000, [10_000, 10_000, 5000]],
    [100_000, Array(10).fill(10_000)],
  ])('a loop takes 10 000 steps at most: %i become several, the remainder in one', (steps, loops) => {
    const workflow = built({ max_train_steps: steps });
    expect(loopSteps(workflow)).toHaveLength(loops.length);
    expect([...loopSteps(workflow)].sort((a, b) => b - a)).toEqual(loops);
    expect(faults(workflow)).toEqual([]);
  });

  it('several loops stand in one line between trainer and save', () => {
    const workflow = built({ max_train_steps: 25_000 });
    expect(workflow['4']!.inputs).toEqual({ network_trainer: ['107', 0], steps: 10_000 });
    expect(workflow['402']!.inputs).toEqual({ network_trainer: ['4', 0], steps: 10_000 });
    expect(workflow['403']!.inputs).toEqual({ network_trainer: ['402', 0], steps: 5000 });
    expect(workflow['14']!.inputs['network_trainer']).toEqual(['403', 0]);
  });

  it('any number of steps is trained exactly, with or without validation', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.boolean(), (steps, validation) => {
        const workflow = built({ max_train_steps: steps, lr_warmup_steps: 0 }, { validation });
        expect(loopSteps(workflow).reduce((sum, part) => sum + part, 0)).toBe(steps);
        expect(faults(workflow)).toEqual([]);
      }),
    );
  });

  it('a loop above 10 000 steps is refused', () => {
    const workflow = changed('4', { steps: 10_001 }, built({ max_train_steps: 10_001 }));
    expect(faults(workflow)).toContain('4.steps out_of_range');
  });

  it('FluxTrainAndValidateLoop runs to the end alone: another loop beside it is refused', () => {
    const loop = { network_trainer: ['4', 0], validate_at_steps: 250, save_at_steps: 250 };
    const workflow = changed(
      '14',
      { network_trainer: ['5', 0] },
      withNode('5', 'FluxTrainAndValidateLoop', loop),
    );
    expect(faults(workflow)).toEqual(['4 structure']);
  });

  it('FluxTrainAndValidateLoop saves at multiples only: something must save after it', () => {
    const loop = { network_trainer: ['107', 0], validate_at_steps: 250, save_at_steps: 250 };
    const base = {
      ...built({}, { validation: false }),
      '4': { class_type: 'FluxTrainAndValidateLoop', inputs: loop },
    };
    expect(faults(base)).toEqual([]);
    const { '14': _save, '133': _end, ...unsaved } = changed('70', { network_trainer: ['4', 0] }, base);
    expect(faults(unsaved)).toEqual(['4 structure']);
  });

  it('without any loop nothing is trained', () => {
    const { '4': _loop, ...rest } = changed('14', { network_trainer: ['107', 0] });
    expect(faults(rest)).toEqual(['structure']);
  });

  it('two trainers in one graph are refused', () => {
    const { inputs } = built()['107']!;
    const twice = changed('4', {}, withNode('207', 'InitFluxLoRATraining', { ...inputs }));
    expect(faults(twice)).toContain('structure');
  });
});
