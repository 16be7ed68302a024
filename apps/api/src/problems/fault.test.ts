import { InvalidRequestError } from '@trainyard/application';
import { trainingRequestSchema } from '@trainyard/contracts';
import { expect, it } from 'vitest';
import { compileValidator } from '../server/validator.ts';
import { toFault } from './fault.ts';

function validate(body: unknown, context = 'body') {
  const { error } = compileValidator({ schema: trainingRequestSchema })(body);
  if (error) error.validationContext = context;
  return toFault(error);
}

it('answers a fault of a field with a sentence, its path and its value', () => {
  expect(validate({ kind: 'actor', subject_id: '0019', priority: 0 })).toEqual({
    code: 'invalid_request',
    detail: 'priority must be 1 or more',
    issues: [{ path: 'priority', message: 'must be 1 or more', value: 0 }],
  });
});

it('answers each unknown field with its own path and suggestion', () => {
  expect(validate({ kind: 'actor', subject_id: '0019', steps: 1, nothing_like_it: 2 }).issues).toEqual([
    { path: 'steps', message: 'unknown field steps; did you mean hyperparameters.max_train_steps?' },
    { path: 'nothing_like_it', message: 'unknown field nothing_like_it' },
  ]);
});

it('names the part of the request that is not the body', () => {
  expect(validate({ kind: 'actor' }, 'querystring').detail).toBe('query.subject_id is required');
});

it('shows a fault of a rule in the same form as a fault of a schema', () => {
  const error = new InvalidRequestError([
    { path: 'hyperparameters.network_dim', message: 'network_dim must be a whole number, 1 to 100000' },
    { path: 'images', message: 'must name at least one image' },
  ]);
  expect(toFault(error).detail).toBe(
    'network_dim must be a whole number, 1 to 100000; images must name at least one image',
  );
});
