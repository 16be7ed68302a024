import { z } from 'zod';
import { isoTimeSchema, storedPolicySchema, subjectIdSchema, subjectKindSchema } from '../fields.ts';
import { findingSchema } from '../problem.ts';
import { lineSchema } from '../text.ts';
import { checksSchema, warningSchema } from './checks.ts';
import { imageUrlsSchema, trainingRequestSchema } from './request.ts';
import { waitingSchema } from './view.ts';

const values = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));

/** Hyperparameters from a policy and the values of the request (docs/concepts/hyperparameters.md). */
export const resolutionSchema = z.object({
  policy: storedPolicySchema,
  preset: z.string().nullable(),
  hyperparameters: values,
  recommended: values.describe('Values of the policy before the overrides of the request.'),
  baseline: values.describe(
    'Value of each field if the request did not override that one: alpha and warm-up follow rank and steps.',
  ),
  reasons: z.record(z.string(), z.string()).describe('Why the policy recommends a value.'),
  overridden: z.array(z.string()),
  steps_per_epoch: z.number(),
  epochs: z.number(),
  epochs_node: z.number(),
  epochs_exact: z.boolean(),
  warmup: z.object({ steps: z.number(), share: z.number() }),
  expected_file_bytes: z.number(),
  warnings: z.array(warningSchema),
  advice: z.array(warningSchema),
});

/** Dataset report, errors first (docs/concepts/datasets.md). */
export const datasetReportSchema = z.object({
  image_count: z.number().int(),
  caption_count: z.number().int(),
  class_tokens: z.string(),
  findings: z.array(findingSchema.extend({ uris: z.array(z.string()) })),
});

/** Price of the GPU, and the date of the price list. */
export const priceSchema = z.object({
  gpu_type: z.string(),
  usd_per_second: z.number(),
  as_of: z.string(),
});

/** Estimated duration and cost. The cost is null when the GPU has no known price. */
export const estimateSchema = z.object({
  samples: z
    .number()
    .int()
    .describe('Number of finished runs that the pace was learned from; 0 means the default pace.'),
  price: priceSchema.nullable().describe('GPU price and the date of the price table.'),
  duration_seconds: z.number(),
  duration_range_seconds: z.tuple([z.number(), z.number()]),
  cost_usd: z.number().nullable(),
  cost_range_usd: z.tuple([z.number(), z.number()]).nullable(),
});

const budgetAfterSchema = z.object({
  period: z.string().describe('Day `2026-11-23` or month `2026-11` in the time zone of the budgets.'),
  budget_usd: z.number().nullable(),
  used_usd: z.number().describe('Spent, and expected of the live runs.'),
  after_usd: z.number().nullable().describe('Used with the estimate; null without a known price.'),
});

/** Body of `POST /api/trainings/preview`. */
export const previewRequestSchema = trainingRequestSchema.extend({
  inspect: z
    .boolean()
    .optional()
    .describe(
      'Whether images and captions are read; true by default. Without it their checks show what is known from a stored report.',
    ),
});

/** Response of `POST /api/trainings/preview`: the request as it would be sent. The route enqueues no training. */
export const previewSchema = resolutionSchema.extend({
  kind: subjectKindSchema,
  subject_id: z.string(),
  version_name: z.string().describe('Requested name, or the next free name at this time.'),
  trigger: z.string(),
  sample_prompts: z.array(z.string()),
  images: z.array(z.string()),
  checks: checksSchema,
  start: z
    .object({
      position: z
        .number()
        .int()
        .nullable()
        .describe('Position in the queue, 1 is next; null behind more than 20 trainings.'),
      at: isoTimeSchema.nullable().describe('Estimated start; null while no training starts.'),
      waiting: waitingSchema
        .omit({ position: true })
        .nullable()
        .describe('Why the training would not start at present; null while trainings start.'),
    })
    .describe('Place and start of the training if it was enqueued now.'),
  budgets: z
    .object({ day: budgetAfterSchema, month: budgetAfterSchema })
    .describe('Budgets of day and month with the estimated cost of the training.'),
  data_checked: z
    .boolean()
    .describe(
      'Whether images, captions and trigger are checked, by this preview or by a current stored report.',
    ),
  dataset: datasetReportSchema.nullable().describe('Null without an inspection.'),
  estimate: estimateSchema,
  workflow: z.record(z.string(), z.unknown()),
});
/** Preview of a training. */
export type PreviewView = z.infer<typeof previewSchema>;

/** Body of `POST /api/datasets/report`: a list of images, or a subject whose images the catalogue lists. */
export const datasetRequestSchema = z
  .strictObject({
    kind: subjectKindSchema,
    subject_id: subjectIdSchema.optional(),
    images: imageUrlsSchema.optional(),
    selection_set_id: z.number().int().optional(),
    trigger: lineSchema.min(1).max(256).optional(),
  })
  .refine(({ subject_id, images }) => subject_id !== undefined || images !== undefined, {
    path: ['images'],
    message: 'subject_id or images is required',
  });
/** Body of `POST /api/datasets/report`. */
export type DatasetRequestBody = z.input<typeof datasetRequestSchema>;

/** Response of `POST /api/datasets/report`. `trainable` is false when a finding is an error, which refuses a training. */
export const datasetResponseSchema = datasetReportSchema.extend({
  kind: subjectKindSchema,
  subject_id: z.string().nullable(),
  trigger: z.string(),
  images: z.array(z.string()),
  style_words: z
    .array(z.string())
    .describe('Words that a caption of a style should not hold: `caption_describes_style`.'),
  trainable: z.boolean(),
});
/** Dataset report with its subject, trigger and images. */
export type DatasetResponse = z.infer<typeof datasetResponseSchema>;
