import { z } from 'zod';
import { labelSchema } from '../fields.ts';
import type { trainingStatusSchema } from '../trainings/status.ts';
import { progressSchema } from '../trainings/view.ts';

/** `POST /api/training/status`: a training by any of its names. */
export const trainingStatusRequestSchema = z
  .strictObject({
    id: labelSchema.optional(),
    training_id: labelSchema.optional(),
    job_id: labelSchema.optional(),
    request_id: labelSchema.optional(),
    runpod_job_id: labelSchema.optional(),
  })
  .refine((names) => Object.values(names).filter(Boolean).length === 1, {
    message: 'name exactly one of id, training_id, job_id, request_id, runpod_job_id',
  });

/** RunPod's words, which the seeds' tools read. */
export const legacyStatusSchema = z.enum([
  'IN_QUEUE',
  'IN_PROGRESS',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'TIMED_OUT',
]);
export type LegacyStatus = z.infer<typeof legacyStatusSchema>;

/** What the seeds' tools are told of each state (SPEC §5.2). */
export const LEGACY_STATUS: { readonly [S in z.infer<typeof trainingStatusSchema>]: LegacyStatus } = {
  queued: 'IN_QUEUE',
  submitting: 'IN_QUEUE',
  unconfirmed: 'IN_QUEUE',
  submitted: 'IN_QUEUE',
  running: 'IN_PROGRESS',
  finalizing: 'IN_PROGRESS',
  cancelling: 'IN_PROGRESS',
  completed: 'COMPLETED',
  failed: 'FAILED',
  timed_out: 'TIMED_OUT',
  cancelled: 'CANCELLED',
};

const outputSchema = z.object({
  status: z.literal('success'),
  job_id: z.string(),
  loraName: z.string(),
  loraUrl: z.string(),
  model_info: z.object({ size_bytes: z.number().nullable(), model_type: z.literal('lora') }),
});

/** The seeds' status answer, with the success payload of seed 001 once there is a model. */
export const trainingStatusResponseSchema = z.object({
  status: legacyStatusSchema,
  id: z.string().describe('RunPod’s id once there is one, else the job id.'),
  training_id: z.string(),
  job_id: z.string(),
  request_id: z.string().nullable(),
  runpod_job_id: z.string().nullable(),
  model_name: z.string().nullable(),
  progress: progressSchema.nullable(),
  output: outputSchema.optional(),
  error: z.string().optional(),
});
export type TrainingStatusResponse = z.infer<typeof trainingStatusResponseSchema>;
