import { z } from 'zod';
import {
  budgetUsdSchema,
  httpUrlSchema,
  hyperparameterValuesSchema,
  labelSchema,
  policySchema,
  prioritySchema,
  subjectIdSchema,
  subjectKindSchema,
  versionNameSchema,
  workflowOverridesSchema,
} from '../fields.ts';
import { jsonObjectSchema, lineSchema, textSchema } from '../text.ts';

/**
 * Addresses of images: `s3://` or an https form of S3. Accept normalizes each to `s3://bucket/key` and refuses other forms.
 */
export const imageUrlsSchema = z.array(lineSchema.min(1).max(2_048)).min(1, 'must name at least one image');

const trainingOptionsShape = {
  version_name: versionNameSchema.optional(),
  description: textSchema.max(4_000).optional(),
  trigger: lineSchema.min(1).max(256).optional(),
  policy: policySchema.optional(),
  hyperparameters: hyperparameterValuesSchema.optional(),
  workflow_overrides: workflowOverridesSchema.optional(),
  priority: prioritySchema.optional(),
  sample_prompts: z.array(textSchema.min(1).max(2_000)).max(16).optional(),
  validation: z
    .boolean()
    .optional()
    .describe('Whether the run creates sample pictures. By default when `sample_prompts` has prompts.'),
  notify_url: httpUrlSchema
    .optional()
    .describe('Receives a signed POST when the training ends or needs attention.'),
  budget_usd: budgetUsdSchema.optional().describe('Budget of all attempts of the training.'),
  on_budget: z
    .enum(['hold', 'reject'])
    .optional()
    .describe(
      'When the budget is too small: hold the training in the queue until the budget is raised (default), or reject the request.',
    ),
  metadata: jsonObjectSchema.optional(),
  force: z.boolean().optional().describe('Accepts the training although its subject has a live training.'),
};

/** Body of `POST /api/trainings` and its preview. Without `images` the catalogue supplies them. */
export const trainingRequestSchema = z.strictObject({
  kind: subjectKindSchema,
  subject_id: subjectIdSchema,
  images: imageUrlsSchema.optional(),
  selection_set_id: z.number().int().optional(),
  user_id: labelSchema.optional(),
  tenant_id: labelSchema.optional(),
  request_id: labelSchema.optional(),
  ...trainingOptionsShape,
});
/** Body of `POST /api/trainings`. */
export type TrainingRequestBody = z.infer<typeof trainingRequestSchema>;

/** Body of `POST /api/trainings/:id/retry`: the inputs that differ from those of the ended training. */
export const trainingRetrySchema = z.strictObject({
  images: imageUrlsSchema.optional(),
  ...trainingOptionsShape,
});
/** Body of `POST /api/trainings/:id/retry`. */
export type TrainingRetryBody = z.infer<typeof trainingRetrySchema>;

/** Body of `PATCH /api/trainings/:id`, allowed while the training is queued. */
export const trainingPatchSchema = z
  .strictObject({
    priority: prioritySchema.optional(),
    budget_usd: budgetUsdSchema
      .nullable()
      .optional()
      .describe('New budget; null removes it. Releases the training when only its own budget held it.'),
  })
  .refine((change) => Object.keys(change).length > 0, 'name at least one of priority, budget_usd');

/** Body of `POST /api/trainings/:id/release`: the training runs in spite of its budgets. */
export const trainingReleaseSchema = z.strictObject({ by: labelSchema.optional() });

const attemptShape = {
  attempt: z
    .int()
    .min(1)
    .describe('Attempt that is decided. Refused with 409 when a different attempt is current by then.'),
};

/**
 * Body of `POST /api/trainings/:id/resolve`: an operator's decision about an unconfirmed submission, about a run past its
 * deadline that RunPod does not answer for, or about an unverified output (docs/concepts/unconfirmed-submissions.md).
 */
export const trainingResolveSchema = z.discriminatedUnion('action', [
  z.strictObject({
    ...attemptShape,
    action: z.literal('adopt'),
    runpod_job_id: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
  }),
  z.strictObject({
    ...attemptShape,
    action: z.enum(['resubmit', 'fail']),
    run_is_dead: z
      .boolean()
      .default(false)
      .describe(
        'Must be true: confirms that no run of this attempt is alive, because a live run must not be paid for twice.',
      ),
  }),
]);

/** Body of `POST /api/trainings/:id/cancel`. `by` names the caller in the events. */
export const trainingCancelSchema = z.strictObject({ by: labelSchema.optional() });
