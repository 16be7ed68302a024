import { describe, expect, it } from 'vitest';
import { buildFixture, collectIssues, HYPERPARAMETERS, REQUEST, TEMPLATE } from '../test/fixtures.ts';
import { buildWorkflow } from './build-workflow.ts';
import { HYPERPARAMETER_CLASSES } from './node-inputs.ts';
import { validateWorkflow } from './validation/validate.ts';
import type { Workflow } from './workflow.ts';

describe('the build of a workflow', () => {
  it('does not change the template', () => {
    const before = JSON.stringify(TEMPLATE);
    buildFixture({ max_train_steps: 25_000 }, { validation: false, overrides: { '109': { batch_size: 4 } } });
    expect(JSON.stringify(TEMPLATE)).toBe(before);
  });

  it('sets every hyperparameter as an input of its node', () => {
    const hp = { ...HYPERPARAMETERS, network_dim: 32, network_alpha: 16, flip_aug: true, max_grad_norm: 0.5 };
    const { workflow, hyperparameters } = buildWorkflow({ ...REQUEST, hyperparameters: hp });
    for (const [name, classType] of Object.entries(HYPERPARAMETER_CLASSES)) {
      const node = Object.values(workflow).find(({ class_type }) => class_type === classType);
      expect(node?.inputs[name]).toBe(hp[name as keyof typeof hp]);
    }
    expect(hyperparameters).toEqual(hp);
  });

  it('applies overrides per node last and returns the effective hyperparameters', () => {
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
      'not set',
    ],
    ['the loop’s steps, which follow it', { '4': { steps: 5 } }, 'not_allowed', 'not set'],
    ['the extension of the captions', { '108': { caption_extension: '.caption' } }, 'not_allowed', 'not set'],
    ['the isolation of runs', { '108': { reset_on_queue: true } }, 'not_allowed', 'not set'],
    ['something that is no object', { '109': 4 as never }, 'wrong_type', 'an object of inputs'],
  ])('rejects an override with %s', (_, overrides, code, bound) => {
    const [issue] = collectIssues(() => buildWorkflow({ ...REQUEST, overrides }));
    expect(issue).toMatchObject({ code, node: Object.keys(overrides)[0] });
    if (bound !== undefined) expect(issue!.bound).toBe(bound);
  });

  it('rejects an override of a node that was removed with validation', () => {
    const refused = () =>
      buildWorkflow({ ...REQUEST, validation: false, overrides: { '37': { steps: 30 } } });
    expect(collectIssues(refused)).toMatchObject([{ code: 'unknown_node', node: '37' }]);
  });

  it('removes the image nodes of a removed validation', () => {
    const images = { class_type: 'SaveImage', inputs: { images: ['8', 1], filename_prefix: 'x' } };
    const template: Workflow = { ...TEMPLATE, '91': images };
    expect(Object.keys(buildFixture({}, { template }))).toContain('91');
    const without = buildFixture({}, { template, validation: false });
    expect(Object.keys(without)).not.toContain('91');
    expect(validateWorkflow(without)).toEqual([]);
  });

  it('finds nodes by class, so that a template may have other ids', () => {
    const text = JSON.stringify(TEMPLATE).replaceAll('"107"', '"7"').replaceAll('"109"', '"9"');
    const workflow = buildFixture({ network_dim: 24 }, { template: JSON.parse(text) });
    expect(workflow['7']!.inputs['network_dim']).toBe(24);
    expect(workflow['9']!.inputs['dataset_path']).toBe('/training_data');
  });
});
