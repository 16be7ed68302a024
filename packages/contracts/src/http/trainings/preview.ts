import { z } from 'zod';
import { subjectKindSchema } from '../fields.ts';

const values = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));
export const warningSchema = z.object({ code: z.string(), message: z.string() });

/** What a policy and a person's values come to (SPEC §3). */
export const resolutionSchema = z.object({
  policy: z.string(),
  preset: z.string().nullable(),
  hyperparameters: values,
  recommended: values.describe('What the policy gives without any value of a person.'),
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

/** The dataset report (SPEC §6), errors first. */
export const datasetReportSchema = z.object({
  image_count: z.number().int(),
  caption_count: z.number().int(),
  class_tokens: z.string(),
  findings: z.array(
    z.object({
      code: z.string(),
      severity: z.enum(['error', 'warning', 'advice']),
      message: z.string(),
      uris: z.array(z.string()),
    }),
  ),
});

/** Duration and cost before the fact; the cost is null where no price is known. */
export const estimateSchema = z.object({
  samples: z.number().int().describe('Finished runs of this pool that it was learned from; 0 is the seed.'),
  price: z
    .object({ gpu_type: z.string(), usd_per_second: z.number(), as_of: z.string() })
    .nullable()
    .describe('The price, and the day of the list that it stands in.'),
  duration_seconds: z.number(),
  duration_range_seconds: z.tuple([z.number(), z.number()]),
  cost_usd: z.number().nullable(),
  cost_range_usd: z.tuple([z.number(), z.number()]).nullable(),
});

/** `POST /api/trainings/preview`: what would be sent, with nothing enqueued. */
export const previewSchema = resolutionSchema.extend({
  kind: subjectKindSchema,
  subject_id: z.string(),
  version_name: z.string().describe('The name asked for, or the next free one as of now.'),
  trigger: z.string(),
  sample_prompts: z.array(z.string()),
  images: z.array(z.string()),
  dataset: datasetReportSchema,
  estimate: estimateSchema,
  workflow: z.record(z.string(), z.unknown()),
});
export type PreviewView = z.infer<typeof previewSchema>;
