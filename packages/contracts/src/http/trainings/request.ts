import { z } from 'zod';
import {
  budgetUsdSchema,
  httpUrlSchema,
  hyperparameterValuesSchema,
  labelSchema,
  prioritySchema,
  subjectIdSchema,
  subjectKindSchema,
  versionNameSchema,
  workflowOverridesSchema,
} from '../fields.ts';

/** Any common way of addressing an object in S3; each is checked and normalised to `s3://bucket/key`. */
export const imageUrlsSchema = z
  .array(z.string().min(1).max(2_048))
  .min(1, 'there are no images to train on');

const trainingOptionsShape = {
  version_name: versionNameSchema.optional(),
  description: z.string().max(4_000).optional(),
  trigger: z.string().min(1).max(256).optional(),
  policy: z.string().min(1).max(64).optional(),
  hyperparameters: hyperparameterValuesSchema.optional(),
  workflow_overrides: workflowOverridesSchema.optional(),
  priority: prioritySchema.optional(),
  sample_prompts: z.array(z.string().min(1).max(2_000)).max(16).optional(),
  validation: z.boolean().optional(),
  notify_url: httpUrlSchema
    .optional()
    .describe('Told when the training ends or needs a person, by a signed POST.'),
  budget_usd: budgetUsdSchema.optional().describe('What all its attempts together may cost.'),
  on_budget: z
    .enum(['hold', 'reject'])
    .optional()
    .describe('Without room in a budget: wait for a person, or be refused (the default).'),
  metadata: z.record(z.string(), z.unknown()).optional(),
  force: z.boolean().optional().describe('Accepts although the subject has a training under way.'),
};

/** `POST /api/trainings` and its preview (SPEC §5.1). Without `images` they come from the catalogue. */
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
export type TrainingRequestBody = z.infer<typeof trainingRequestSchema>;

/** `POST /api/trainings/:id/retry`: what is to differ from the training that ended. */
export const trainingRetrySchema = z.strictObject({
  images: imageUrlsSchema.optional(),
  ...trainingOptionsShape,
});
export type TrainingRetryBody = z.infer<typeof trainingRetrySchema>;

/** `PATCH /api/trainings/:id`, while it waits. */
export const trainingPatchSchema = z
  .strictObject({
    priority: prioritySchema.optional(),
    budget_usd: budgetUsdSchema
      .nullable()
      .optional()
      .describe('Another budget, none with null; releases it if its budget was all that held it.'),
  })
  .refine((change) => Object.keys(change).length > 0, 'name at least one of priority, budget_usd');

/** `POST /api/trainings/:id/release`: it may run whatever a budget says. */
export const trainingReleaseSchema = z.strictObject({ by: labelSchema.optional() });

const attemptShape = {
  attempt: z
    .int()
    .min(1)
    .optional()
    .describe('Of which attempt this is said: refused when another one is in doubt by then.'),
};

/** `POST /api/trainings/:id/resolve`: a person's word on a submission in doubt. */
export const trainingResolveSchema = z.discriminatedUnion('action', [
  z.strictObject({
    ...attemptShape,
    action: z.literal('adopt'),
    runpod_job_id: z.string().regex(/^[\w-]{1,128}$/),
  }),
  z.strictObject({
    ...attemptShape,
    action: z.enum(['resubmit', 'fail']),
    run_is_dead: z
      .boolean()
      .default(false)
      .describe('Must be true: nothing is sent again while a run may live.'),
  }),
]);

/** `POST /api/trainings/:id/cancel`. */
export const trainingCancelSchema = z.strictObject({ by: labelSchema.optional() });
