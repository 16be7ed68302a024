import { z } from 'zod';
import { isoTimeSchema, queryFlagSchema, verdictSchema } from '../fields.ts';
import { trainingPicturesSchema } from './progress.ts';
import { trainingViewSchema } from './view.ts';

/** The last answer of RunPod about the run of a training. */
const runCheckSchema = z.object({
  at: isoTimeSchema,
  answer: z
    .enum(['in_queue', 'in_progress', 'ended', 'missing', 'unanswered'])
    .describe('`unanswered`: RunPod gave no answer about the run.'),
});

/** The step after a failure: what to do, in a sentence, and the values that a retry changes. */
const nextStepSchema = z.object({
  action: z.enum(['retry', 'retry_with_changes', 'correct_images', 'correct_settings']),
  text: z.string(),
  changes: z
    .object({
      hyperparameters: z.record(z.string(), z.number()).optional(),
      validation: z.boolean().optional(),
    })
    .nullable()
    .describe(
      'Values for `POST /api/trainings/:id/retry`; null when the inputs stay or the choice is yours.',
    ),
});

/** Response of `GET /api/trainings/:id`: the training with all inputs that were frozen at accept. */
export const trainingDetailSchema = trainingViewSchema.extend({
  version: z
    .object({ id: z.string(), verdict: verdictSchema, verified: z.boolean().nullable() })
    .nullable()
    .describe(
      'Entry of the training in the history of its subject; null before dispatch and while it cannot be read.',
    ),
  run_check: runCheckSchema
    .nullable()
    .describe('Last answer of RunPod about the run of the live attempt; null before the first.'),
  next_step: nextStepSchema.nullable().describe('Step after a failure; null without one.'),
  images: z.array(z.string()),
  sample_prompts: z.array(z.string()),
  pictures: trainingPicturesSchema.describe('Sample pictures and loss plot of the model.'),
  validation: z.boolean(),
  workflow_overrides: z.record(z.string(), z.record(z.string(), z.unknown())).nullable(),
  own_workflow: z.boolean().describe('True when the request contained a whole workflow.'),
  metadata: z.record(z.string(), z.unknown()).nullable(),
  pruned_at: isoTimeSchema
    .nullable()
    .describe('Time when the training was pruned to a summary without images, inputs and events.'),
});
/** Training with all inputs that were frozen at accept. */
export type TrainingDetail = z.infer<typeof trainingDetailSchema>;

/** Query of `GET /api/trainings/:id/model`: a redirect to the download, or with `link=true` the link as JSON. */
export const modelQuerySchema = z.strictObject({ link: queryFlagSchema.optional() });

/** Response of `GET /api/trainings/:id/model?link=true`. */
export const modelLinkSchema = z.object({
  url: z.string().describe('A URL that begins with a slash is relative to this host.'),
  file_name: z.string(),
  size_bytes: z.number().int().nullable(),
  expires_at: isoTimeSchema.nullable(),
});
