import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  autoTrainRequestSchema,
  dispatchChangeSchema,
  markGoodSchema,
  markTrainingDataGoodSchema,
  sessionRequestSchema,
  subjectIdSchema,
  trainingCancelSchema,
  trainingListQuerySchema,
  trainingPatchSchema,
  trainingRequestSchema,
  trainingRetrySchema,
  trainingStartSchema,
  trainingStatusRequestSchema,
} from '../index.ts';

const START = {
  input: {
    training_data: { s3_urls: ['s3://b/a.png'] },
    training_config: { mode: 'custom-actors', model_name: 'actor_1_V1' },
  },
};

const valid: readonly (readonly [string, z.ZodType, object])[] = [
  ['a training', trainingRequestSchema, { kind: 'actor', subject_id: '0019' }],
  ['a retry', trainingRetrySchema, {}],
  ['a new priority', trainingPatchSchema, { priority: 1 }],
  ['a cancel', trainingCancelSchema, {}],
  ['a list', trainingListQuerySchema, {}],
  ['a change of dispatch', dispatchChangeSchema, { paused: true }],
  ['a legacy start', trainingStartSchema, START],
  ['a legacy status', trainingStatusRequestSchema, { id: 'x' }],
  ['a good mark', markGoodSchema, { version_id: 'V1' }],
  ['a good mark of training data', markTrainingDataGoodSchema, {}],
  ['a run of auto-train', autoTrainRequestSchema, {}],
  ['a login', sessionRequestSchema, { key: 'k' }],
];

describe('the schema of a request', () => {
  it.each(valid)('accepts %s, and refuses an unknown field in it', (_, schema, body) => {
    expect(schema.safeParse(body).success).toBe(true);
    const result = schema.safeParse({ ...body, colour: 'red' });
    expect(result.error?.issues.map(({ code }) => code)).toContain('unrecognized_keys');
  });

  it('refuses unknown fields in nested objects', () => {
    const data = { ...START.input.training_data, rank: 4 };
    expect(trainingStartSchema.safeParse({ input: { ...START.input, training_data: data } }).success).toBe(
      false,
    );
  });
});

describe('the schema of an id', () => {
  it.each(['0019', 'my-style-123', 'süß', 'a b', '19.1'])('accepts %j', (id) => {
    expect(subjectIdSchema.safeParse(id).success).toBe(true);
  });

  it.each(['', '.', '..', 'a/b', '..\\x', 'a\nb', 'x'.repeat(129)])('refuses %j', (id) => {
    expect(subjectIdSchema.safeParse(id).success).toBe(false);
  });
});

describe('the status filter of a list', () => {
  it('accepts several states, repeated or separated by commas', () => {
    const states = ['queued', 'running'];
    expect(trainingListQuerySchema.parse({ status: 'queued,running' }).status).toEqual(states);
    expect(trainingListQuerySchema.parse({ status: states }).status).toEqual(states);
    expect(trainingListQuerySchema.safeParse({ status: 'queued,happy' }).success).toBe(false);
  });
});
