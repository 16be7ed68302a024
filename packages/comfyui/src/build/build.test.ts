import { describe, expect, it } from 'vitest';
import { buildFixture, collectIssues, HYPERPARAMETERS, REQUEST, TEMPLATE } from '../traps/fixtures.ts';
import { validateWorkflow } from '../validation/validate.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { buildWorkflow } from './build.ts';
import { HYPERPARAMETER_CLASSES } from './hyperparameter-inputs.ts';

describe('building a workflow', () => {
  it('leaves the template as it was', () => {
    const before = JSON.stringify(TEMPLATE);
    buildFixture({ max_train_steps: 25_000 }, { validation: false, overrides: { '109': { batch_size: 4 } } });
    expect(JSON.stringify(TEMPLATE)).toBe(before);
  });

  it('puts every hyperparameter where its node reads it', () => {
    const hp = { ...HYPERPARAMETERS, network_dim: 32, network_alpha: 16, flip_aug: true, max_grad_norm: 0.5 };
    const { workflow, hyperparameters } = buildWorkflow({ ...REQUEST, hyperparameters: hp });
    for (const [name, classType] of Object.entries(HYPERPARAMETER_CLASSES)) {
      const node = Object.values(workflow).find(({ class_type }) => class_type === classType);
      expect(node?.inputs[name]).toBe(hp[name as keyof typeof hp]);
    }
    expect(hyperparameters).toEqual(hp);
  });

  it('lays overrides per node over everything else and says what is really trained with', () => {
    const overrides = { '109': { batch_size: 4 }, '37': { steps: 30 } };
    const { workflow, hyperparameters } = buildWorkflow({ ...REQUEST, overrides });
    expect(workflow['109']!.inputs['batch_size']).toBe(4);
    expect(workflow['37']!.inputs['steps']).toBe(30);
    expect(hyperparameters).toEqual({ ...HYPERPARAMETERS, batch_size: 4 });
  });

  it.each([
    ['a value out of bounds', { '109': { batch_size: 0 } }, 'out_of_range', 'a whole number, at least 1'],
    ['an input the node does not have', { '107': { lr_scheduler: 'cosine' } }, 'unknown_input', undefined],
    ['a node the template does not have', { '999': { steps: 1 } }, 'unknown_node', undefined],
    ['a word of the language as a node', { constructor: { steps: 1 } }, 'unknown_node', undefined],
    [
      'max_train_steps, which is a hyperparameter',
      { '107': { max_train_steps: 5 } },
      'not_allowed',
      'not given',
    ],
    ['the loop’s steps, which follow it', { '4': { steps: 5 } }, 'not_allowed', 'not given'],
    ['something that is no object', { '109': 4 as never }, 'wrong_type', 'an object of inputs'],
  ])('refuses an override with %s', (_, overrides, code, bound) => {
    const [issue] = collectIssues(() => buildWorkflow({ ...REQUEST, overrides }));
    expect(issue).toMatchObject({ code, node: Object.keys(overrides)[0] });
    if (bound !== undefined) expect(issue!.bound).toBe(bound);
  });

  it('refuses an override of a node that leaving out validation took away', () => {
    const refused = () =>
      buildWorkflow({ ...REQUEST, validation: false, overrides: { '37': { steps: 30 } } });
    expect(collectIssues(refused)).toMatchObject([{ code: 'unknown_node', node: '37' }]);
  });

  it('takes images of a validation that is left out along with it', () => {
    const images = { class_type: 'SaveImage', inputs: { images: ['8', 1], filename_prefix: 'x' } };
    const template: Workflow = { ...TEMPLATE, '91': images };
    expect(Object.keys(buildFixture({}, { template }))).toContain('91');
    const without = buildFixture({}, { template, validation: false });
    expect(Object.keys(without)).not.toContain('91');
    expect(validateWorkflow(without)).toEqual([]);
  });

  it('finds nodes by class, so a template may have other ids', () => {
    const text = JSON.stringify(TEMPLATE).replaceAll('"107"', '"7"').replaceAll('"109"', '"9"');
    const workflow = buildFixture({ network_dim: 24 }, { template: JSON.parse(text) });
    expect(workflow['7']!.inputs['network_dim']).toBe(24);
    expect(workflow['9']!.inputs['dataset_path']).toBe('/training_data');
  });
});
