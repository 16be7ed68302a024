import { z } from 'zod';
import { httpUrlSchema, labelSchema, trainingModeSchema } from '../fields.ts';
import { imageUrlsSchema } from '../trainings/request.ts';

const trainingConfigSchema = z.strictObject({
  mode: trainingModeSchema,
  user_id: labelSchema.optional(),
  tenant_id: labelSchema.optional(),
  request_id: labelSchema.optional(),
  model_name: labelSchema,
  learning_rate: z.number().optional(),
  max_train_steps: z.number().optional(),
});

/** `POST /api/training/start`: the request of seeds 001 and 003. A workflow left out is built from the template. */
export const trainingStartSchema = z.strictObject({
  input: z.strictObject({
    workflow: z.record(z.string(), z.unknown()).optional(),
    training_data: z.strictObject({ s3_urls: imageUrlsSchema }),
    training_config: trainingConfigSchema,
  }),
  webhook: httpUrlSchema.optional(),
});
export type TrainingStartBody = z.infer<typeof trainingStartSchema>;

/** `?wait=submitted` holds the answer up to 30 s, until the provider's run is known. */
export const trainingStartQuerySchema = z.strictObject({ wait: z.enum(['submitted']).optional() });

const workflowChangeSchema = z.object({
  node: z.string(),
  input: z.string(),
  from: z.unknown(),
  to: z.unknown(),
});

/** Seed 000's answer, with our own id and what was set in the caller's workflow. */
export const trainingStartResponseSchema = z.object({
  status: z.enum(['started', 'failed']),
  job_id: z.string(),
  runpod_job_id: z.string().nullable(),
  user_id: z.string(),
  tenant_id: z.string(),
  training_type: trainingModeSchema,
  model_name: z.string(),
  message: z.string(),
  webhook_url: z.string().nullable(),
  training_id: z.string(),
  request_id: z.string().nullable(),
  workflow_changes: z.array(workflowChangeSchema),
  webhook_dropped: z.boolean().describe('Whether the given webhook was our own and so left out.'),
  error: z.string().optional(),
});
export type TrainingStartResponse = z.infer<typeof trainingStartResponseSchema>;
