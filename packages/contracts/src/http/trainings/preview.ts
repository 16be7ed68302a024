import { z } from 'zod';
import { storedPolicySchema, subjectIdSchema, subjectKindSchema } from '../fields.ts';
import { findingSchema } from '../problem.ts';
import { lineSchema } from '../text.ts';
import { imageUrlsSchema } from './request.ts';

const values = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));
/** Warning or advice: a stable code for programs and a message for readers. */
export const warningSchema = z.object({ code: z.string(), message: z.string() });

/** Hyperparameters from a policy and the values of the request (docs/concepts/hyperparameters.md). */
export const resolutionSchema = z.object({
  policy: storedPolicySchema,
  preset: z.string().nullable(),
  hyperparameters: values,
  recommended: values.describe('Values of the policy before the overrides of the request.'),
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

/** Response of `POST /api/trainings/preview`: the request as it would be sent. The route enqueues no training. */
export const previewSchema = resolutionSchema.extend({
  kind: subjectKindSchema,
  subject_id: z.string(),
  version_name: z.string().describe('Requested name, or the next free name at this time.'),
  trigger: z.string(),
  sample_prompts: z.array(z.string()),
  images: z.array(z.string()),
  checks: z
    .array(
      z.object({
        code: z.enum(['images', 'captions', 'trigger', 'store', 'callback', 'dispatch', 'subject_busy']),
        state: z.enum(['ok', 'warning', 'error']),
        message: z.string(),
        hint: z.string().optional(),
      }),
    )
    .describe('Conditions of the start, in a fixed order.'),
  dataset: datasetReportSchema,
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
