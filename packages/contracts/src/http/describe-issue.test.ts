import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  autoTrainRequestSchema,
  describeIssue,
  dispatchChangeSchema,
  toIssueSentence,
  trainingListQuerySchema,
  trainingRequestSchema,
  trainingResolveSchema,
} from '../index.ts';

function listSentences(schema: z.ZodType, value: unknown): readonly string[] {
  const parsed = schema.safeParse(value, { error: describeIssue });
  return (parsed.error?.issues ?? []).flatMap(({ path, message }) =>
    message.split('\n').map((each) => toIssueSentence({ path: path.join('.') || 'body', message: each })),
  );
}

const VALID = { kind: 'actor', subject_id: '0019' };

describe('a fault of a request', () => {
  it.each([
    [{ kind: 'actor' }, 'subject_id is required'],
    [{ ...VALID, subject_id: 19 }, 'subject_id must be a text'],
    [{ ...VALID, subject_id: '' }, 'subject_id must not be empty'],
    [{ ...VALID, subject_id: 'a/b' }, 'subject_id must not contain a slash'],
    [{ ...VALID, kind: 'dog' }, 'kind dog is unknown; use actor, style'],
    [{ subject_id: '0019' }, 'kind is required; it must be one of actor, style'],
    [{ ...VALID, priority: 0 }, 'priority must be 1 or more'],
    [{ ...VALID, priority: 1.5 }, 'priority must be a whole number'],
    [{ ...VALID, priority: 3_000_000 }, 'priority must be 2097151 or less'],
    [{ ...VALID, budget_usd: 0 }, 'budget_usd must be above 0'],
    [{ ...VALID, images: [] }, 'images must name at least one image'],
    [{ ...VALID, validation: 'yes' }, 'validation must be true or false'],
    [{ ...VALID, metadata: [] }, 'metadata must be a JSON object'],
    [
      { ...VALID, hyperparameters: { network_dim: null } },
      'hyperparameters.network_dim must be a number, a text or true or false',
    ],
    [
      { ...VALID, sample_prompts: Array.from({ length: 17 }, () => 'a') },
      'sample_prompts must have at most 16 entries',
    ],
    [{ ...VALID, notify_url: 'x' }, 'notify_url must be an http or https URL'],
    [{ ...VALID, steps: 5 }, 'unknown field steps; did you mean hyperparameters.max_train_steps?'],
    [{ ...VALID, subjectid: '5' }, 'unknown field subjectid; did you mean subject_id?'],
    [{ ...VALID, budget: 5 }, 'unknown field budget; did you mean budget_usd?'],
    [{ ...VALID, zzzzzzzz: 5 }, 'unknown field zzzzzzzz'],
    [{ ...VALID, constructor: 5 }, 'unknown field constructor'],
  ])('%j: %s', (body, sentence) => {
    expect(listSentences(trainingRequestSchema, body)).toEqual([sentence]);
  });

  it('names each of several unknown fields with its own suggestion', () => {
    expect(listSentences(trainingRequestSchema, { ...VALID, lr: 1, repeats: 2 })).toEqual([
      'unknown field lr; did you mean hyperparameters.learning_rate?',
      'unknown field repeats; did you mean hyperparameters.num_repeats?',
    ]);
  });

  it('names the choices of a status, of an action and of a field of another request', () => {
    expect(listSentences(trainingListQuerySchema, { status: 'done' })).toEqual([
      expect.stringMatching(/^status\.0 done is unknown; use queued, submitting, /),
    ]);
    expect(listSentences(trainingResolveSchema, { attempt: 1, action: 'kill' })).toEqual([
      'action kill is unknown; use adopt, resubmit, fail',
    ]);
    expect(listSentences(dispatchChangeSchema, { concurrency: 3, paused: true })).toEqual([
      'unknown field concurrency; did you mean max_concurrency?',
    ]);
    expect(listSentences(autoTrainRequestSchema, { actor_id: '19' })).toEqual([
      'unknown field actor_id; did you mean actor_ids?',
    ]);
  });

  it('never has the words of zod, whatever the value', () => {
    const values = [undefined, null, 0, -1, 1.5, '', 'x', 'a/b', true, [], {}, ['x'], { a: 1 }, Number.NaN];
    for (const name of Object.keys(trainingRequestSchema.shape))
      for (const value of values)
        for (const sentence of listSentences(trainingRequestSchema, { ...VALID, [name]: value }))
          expect(sentence).not.toMatch(/Invalid|Too (small|big)|expected|received|Unrecognized/);
  });
});
