import { expect, it } from 'vitest';
import type { ActorSummary } from '../../api/resources/types.ts';
import { findTrainingFault, formatModel } from './actor-words.ts';

function createActor(more: Partial<ActorSummary> = {}): ActorSummary {
  return {
    ...{ id: '0019', catalogue_id: '19', ambiguity: null, name: '0019 european 20 female', age: 20 },
    ...{ sex: 'female', ethnicity: 'european', description: null, poster: null },
    ...{ training_data: { count: 23, synced: true }, data_state: 'synced', data_error_count: 0 },
    ...{ training_data_good: true, custom_models_good: false, live_training_id: null },
    ...{ model_state: 'none', version_count: 0, good_version: null, last_trained_at: null },
    ...more,
  };
}

it.each([
  [{}, undefined],
  [{ data_state: 'none' }, 'no images'],
  [{ data_state: 'not_synced' }, 'not synced'],
  [{ data_error_count: 2 }, '2 errors in the data'],
  [{ live_training_id: 't-1' }, 'a training is under way'],
  [{ ambiguity: 'entries 19 and 0019' }, 'entries 19 and 0019'],
  [{ training_data_good: false, model_state: 'good' }, undefined],
] as const)('an actor with %j cannot be trained because of: %s', (more, fault) => {
  expect(findTrainingFault(createActor(more))).toBe(fault);
});

it('a good model is named by its version where the version is known', () => {
  expect(formatModel(createActor({ model_state: 'good', good_version: 'V5' }))).toBe('good: V5');
  expect(formatModel(createActor({ model_state: 'good' }))).toBe('good model');
  expect(formatModel(createActor({ model_state: 'awaiting_review' }))).toBe('ready to review');
});
