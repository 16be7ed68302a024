import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildFixture, listFaults, withChangedInputs, withNode } from '../../test/fixtures.ts';
import { findNodesByClass, type Workflow } from '../workflow.ts';

function loopSteps(workflow: Workflow) {
  return findNodesByClass(workflow, 'FluxTrainLoop').map((id) => workflow[id]!.inputs['steps'] as number);
}

describe('steps and loops', () => {
  it('max_train_steps alone does not train, so the loop has the same number of steps', () => {
    expect(buildFixture({ max_train_steps: 1234 })['4']!.inputs['steps']).toBe(1234);
  });

  it.each([1500, 2500, 2001])('a loop of %i steps with max_train_steps 2000 is rejected', (steps) => {
    expect(listFaults(withChangedInputs('4', { steps }))).toEqual(['107.max_train_steps steps_mismatch']);
  });

  it('three loops of 1000 would run a whole extra epoch, so the sum must equal max_train_steps', () => {
    const workflow = buildFixture({ max_train_steps: 30_000 });
    expect(listFaults(withChangedInputs('107', { max_train_steps: 29_000 }, workflow))).toEqual([
      '107.max_train_steps steps_mismatch',
    ]);
  });

  it.each([
    [10_000, [10_000]],
    [10_001, [10_000, 1]],
    [25_000, [10_000, 10_000, 5000]],
    [100_000, Array(10).fill(10_000)],
  ])(
    'a loop has at most 10 000 steps, so %i steps become several loops with the remainder in the last',
    (steps, loops) => {
      const workflow = buildFixture({ max_train_steps: steps });
      expect(loopSteps(workflow)).toHaveLength(loops.length);
      expect([...loopSteps(workflow)].sort((a, b) => b - a)).toEqual(loops);
      expect(listFaults(workflow)).toEqual([]);
    },
  );

  it('several loops are in series between trainer and save', () => {
    const workflow = buildFixture({ max_train_steps: 25_000 });
    expect(workflow['4']!.inputs).toEqual({ network_trainer: ['107', 0], steps: 10_000 });
    expect(workflow['402']!.inputs).toEqual({ network_trainer: ['4', 0], steps: 10_000 });
    expect(workflow['403']!.inputs).toEqual({ network_trainer: ['402', 0], steps: 5000 });
    expect(workflow['14']!.inputs['network_trainer']).toEqual(['403', 0]);
  });

  it('every number of steps is trained exactly, with and without validation', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.boolean(), (steps, validation) => {
        const workflow = buildFixture({ max_train_steps: steps, lr_warmup_steps: 0 }, { validation });
        expect(loopSteps(workflow).reduce((sum, part) => sum + part, 0)).toBe(steps);
        expect(listFaults(workflow)).toEqual([]);
      }),
    );
  });

  it('a loop above 10 000 steps is rejected', () => {
    const workflow = withChangedInputs('4', { steps: 10_001 }, buildFixture({ max_train_steps: 10_001 }));
    expect(listFaults(workflow)).toContain('4.steps out_of_range');
  });

  it('FluxTrainAndValidateLoop runs to the end alone, so a second loop is rejected', () => {
    const loop = { network_trainer: ['4', 0], validate_at_steps: 250, save_at_steps: 250 };
    const workflow = withChangedInputs(
      '14',
      { network_trainer: ['5', 0] },
      withNode('5', 'FluxTrainAndValidateLoop', loop),
    );
    expect(listFaults(workflow)).toEqual(['4 structure']);
  });

  it('FluxTrainAndValidateLoop saves at multiples only, so a node after it must save', () => {
    const loop = { network_trainer: ['107', 0], validate_at_steps: 250, save_at_steps: 250 };
    const base = {
      ...buildFixture({}, { validation: false }),
      '4': { class_type: 'FluxTrainAndValidateLoop', inputs: loop },
    };
    expect(listFaults(base)).toEqual([]);
    const {
      '14': _save,
      '133': _end,
      ...unsaved
    } = withChangedInputs('70', { network_trainer: ['4', 0] }, base);
    expect(listFaults(unsaved)).toEqual(['4 structure']);
  });

  it('a graph without a loop would not train and is rejected', () => {
    const { '4': _loop, ...rest } = withChangedInputs('14', { network_trainer: ['107', 0] });
    expect(listFaults(rest)).toEqual(['structure']);
  });

  it('two trainers in a graph are rejected', () => {
    const { inputs } = buildFixture()['107']!;
    const twice = withChangedInputs('4', {}, withNode('207', 'InitFluxLoRATraining', { ...inputs }));
    expect(listFaults(twice)).toContain('structure');
  });
});
