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
  ['the seeds’ start', trainingStartSchema, START],
  ['the seeds’ status', trainingStatusRequestSchema, { id: 'x' }],
  ['a judgement', markGoodSchema, { version_id: 'V1' }],
  ['a judgement of data', markTrainingDataGoodSchema, {}],
  ['a run of auto-train', autoTrainRequestSchema, {}],
  ['a login', sessionRequestSchema, { key: 'k' }],
];

describe('a request', () => {
  it.each(valid)('for %s is taken as it should be, and not with an unknown field', (_, schema, body) => {
    expect(schema.safeParse(body).success).toBe(true);
    const more = schema.safeParse({ ...body, colour: 'red' });
    expect(more.error?.issues.map(({ code }) => code)).toContain('unrecognized_keys');
  });

  it('is strict within, too', () => {
    const config = { ...START.input.training_config, rank: 4 };
    expect(
      trainingStartSchema.safeParse({ input: { ...START.input, training_config: config } }).success,
    ).toBe(false);
  });
});

describe('an id', () => {
  it.each(['0019', 'my-style-123', 'süß', 'a b', '19.1'])('may be %j', (id) => {
    expect(subjectIdSchema.safeParse(id).success).toBe(true);
  });

  it.each(['', '.', '..', 'a/b', '..\\x', 'a\nb', 'x'.repeat(129)])('may not be %j', (id) => {
    expect(subjectIdSchema.safeParse(id).success).toBe(false);
  });
});

describe('a list’s filter', () => {
  it('takes several states with commas or one by one', () => {
    const wanted = ['queued', 'running'];
    expect(trainingListQuerySchema.parse({ status: 'queued,running' }).status).toEqual(wanted);
    expect(trainingListQuerySchema.parse({ status: wanted }).status).toEqual(wanted);
    expect(trainingListQuerySchema.safeParse({ status: 'queued,happy' }).success).toBe(false);
  });
});
