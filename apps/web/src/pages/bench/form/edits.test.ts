import { describe, expect, it } from 'vitest';
import { countEdits, type Edits, NO_EDITS, toRequestBody, withoutEqualValues, withValue } from './edits.ts';
import type { HyperparameterField } from './queries.ts';

function createField(name: string, type: HyperparameterField['bound']['type']): HyperparameterField {
  const bound = { type, min: null, max: null, text: '' };
  return { name, label: name, group: 'core', bound, choices: null, text: '' };
}

const FIELDS = [
  createField('network_dim', 'integer'),
  createField('lr_scheduler', 'choice'),
  createField('flip_aug', 'boolean'),
];

function toBody(edits: Partial<Edits>) {
  return toRequestBody('0019', { ...NO_EDITS, ...edits }, FIELDS);
}

describe('the body of a request', () => {
  it('without edits asks for the recommended values and sample pictures', () => {
    expect(toBody({})).toEqual({ kind: 'actor', subject_id: '0019', validation: true });
  });

  it('holds numbers, choices and switches as the API takes them', () => {
    const values = { network_dim: '32', lr_scheduler: 'constant', flip_aug: true };
    expect(toBody({ values }).hyperparameters).toEqual({
      network_dim: 32,
      lr_scheduler: 'constant',
      flip_aug: true,
    });
  });

  it('leaves out an empty field, and sends a value that is no number as typed', () => {
    expect(toBody({ values: { network_dim: '' }, trigger: '', budget: '' })).toEqual(toBody({}));
    expect(toBody({ values: { network_dim: '1e' } }).hyperparameters).toEqual({ network_dim: '1e' });
  });

  it('has prompts only while sample pictures are on', () => {
    const prompts = ['a portrait', ' '];
    expect(toBody({ prompts })).toMatchObject({ sample_prompts: ['a portrait'], validation: true });
    expect(toBody({ prompts, pictures: false })).toEqual({ ...toBody({}), validation: false });
  });

  it('has the choice for a full budget only with a budget', () => {
    expect(toBody({ onBudget: 'reject' })).toEqual(toBody({}));
    expect(toBody({ budget: '2.5', onBudget: 'reject' })).toMatchObject({
      budget_usd: 2.5,
      on_budget: 'reject',
    });
  });
});

describe('edits', () => {
  it('that equal the value without them are taken back', () => {
    const edits = withValue(withValue(NO_EDITS, 'network_dim', '16.0'), 'lr_scheduler', 'constant');
    const settled = withoutEqualValues(edits, { network_dim: 16, lr_scheduler: 'cosine' });
    expect(settled.values).toEqual({ lr_scheduler: 'constant' });
    expect(withoutEqualValues(settled, { lr_scheduler: 'cosine' })).toBe(settled);
  });

  it('are counted with the fields of the request', () => {
    expect(countEdits(NO_EDITS)).toBe(0);
    const edits = { ...NO_EDITS, values: { network_dim: '8' }, trigger: 'ohwx', pictures: false };
    expect(countEdits(edits)).toBe(3);
  });
});
