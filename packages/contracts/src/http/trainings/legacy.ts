import { z } from 'zod';
import { httpUrlSchema, isoTimeSchema, labelSchema, trainingModeSchema } from '../fields.ts';
import { jsonObjectSchema, jsonSchema } from '../text.ts';
import { imageUrlsSchema } from './request.ts';
import { progressSchema } from './view.ts';

const trainingConfigSchema = z
  .object({
    mode: trainingModeSchema,
    user_id: labelSchema.optional(),
    tenant_id: labelSchema.optional(),
    request_id: labelSchema.optional(),
    model_name: labelSchema,
    learning_rate: z.number().optional(),
    max_train_steps: z.number().optional(),
  })
  .catchall(jsonSchema)
  .describe(
    'Other fields are passed on to the container; training_id, attempt and output_key are always set by Trainyard.',
  );

/** Body of `POST /api/training/start` (docs/compatibility.md). Without `workflow` it is built from the template. */
export const trainingStartSchema = z.strictObject({
  input: z.strictObject({
    workflow: jsonObjectSchema.optional(),
    training_data: z.strictObject({ s3_urls: imageUrlsSchema }),
    training_config: trainingConfigSchema,
  }),
  webhook: httpUrlSchema.optional(),
});
/** Body of `POST /api/training/start`. */
export type TrainingStartBody = z.infer<typeof trainingStartSchema>;

/**
 * Query of `POST /api/training/start`. `wait=submitted` delays the response until RunPod has accepted the run, at most 30 s.
 */
export const trainingStartQuerySchema = z.strictObject({ wait: z.enum(['submitted']).optional() });

const workflowChangeSchema = z.object({
  node: z.string(),
  input: z.string(),
  from: z.unknown(),
  to: z.unknown(),
});

/**
 * Response of `POST /api/training/start`: the fields of the legacy API, the training id, and the inputs changed in the
 * caller's workflow.
 */
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
  webhook_dropped: z
    .boolean()
    .describe('True when the given webhook leads to Trainyard itself and was therefore dropped.'),
  error: z.string().optional(),
});
/** Response of `POST /api/training/start`. */
export type TrainingStartResponse = z.infer<typeof trainingStartResponseSchema>;

/** Body of `POST /api/training/status`: exactly one id of a training. */
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

/** Job status of RunPod, which the legacy tools read. */
export const legacyStatusSchema = z.enum([
  'IN_QUEUE',
  'IN_PROGRESS',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'TIMED_OUT',
]);
/** Job status of RunPod. */
export type LegacyStatus = z.infer<typeof legacyStatusSchema>;

/** Result of a completed training in the legacy API. */
export const legacyOutputSchema = z.object({
  status: z.literal('success'),
  job_id: z.string(),
  loraName: z.string(),
  loraUrl: z.string(),
  model_info: z.object({ size_bytes: z.number().nullable(), model_type: z.literal('lora') }),
});

/** Response of `POST /api/training/status`. `output` is present once the training is completed. */
export const trainingStatusResponseSchema = z.object({
  status: legacyStatusSchema,
  id: z.string().describe('RunPod job id, or the job id of the training while no run is known.'),
  training_id: z.string(),
  job_id: z.string(),
  request_id: z.string().nullable(),
  runpod_job_id: z.string().nullable(),
  model_name: z.string().nullable(),
  progress: progressSchema.nullable(),
  output: legacyOutputSchema.optional(),
  error: z.string().optional(),
});
/** Response of `POST /api/training/status`. */
export type TrainingStatusResponse = z.infer<typeof trainingStatusResponseSchema>;

/** Response of `GET /api/ngrok/status`, `POST /api/ngrok/start` and `POST /api/ngrok/stop`. */
export const tunnelSchema = z.object({
  running: z.boolean(),
  url: z.string().nullable().describe('Public URL of the webhooks, used by later submissions.'),
  missing: z.string().nullable().describe('Setting that is required before a tunnel can start.'),
  mode: z
    .enum(['public_url', 'tunnel', 'polling'])
    .describe('How the results of later submissions arrive. `polling`: there is no callback address.'),
  state: z
    .enum(['off', 'starting', 'on', 'failed'])
    .describe('State of the callback. `failed`: a tunnel did not start, or ended without being stopped.'),
  since: isoTimeSchema.nullable().describe('Start of the state; null when it is not known.'),
  reason: z.string().nullable().describe('Reason of a failed or missing callback.'),
  last_callback_at: isoTimeSchema.nullable().describe('Time of the newest callback of any run.'),
  active_runs: z
    .array(
      z.object({
        training_id: z.string(),
        kind: z.enum(['actor', 'style']),
        subject_id: z.string(),
        version_name: z.string().nullable(),
      }),
    )
    .describe('Live runs that carry the callback address; without it their results are found by polling.'),
  poll_interval_seconds: z.number().positive().describe('Interval at which a running training is polled.'),
});
/** State of the tunnel. */
export type TunnelView = z.infer<typeof tunnelSchema>;

/** Message to the `webhook` of `POST /api/training/start`, sent when the training has ended. `job_id` is the request id. */
export const legacyMessageSchema = z.discriminatedUnion('status', [
  legacyOutputSchema,
  z.object({ status: z.literal('failed'), job_id: z.string(), error: z.string() }),
]);
