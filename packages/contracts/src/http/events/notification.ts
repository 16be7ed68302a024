import { z } from 'zod';
import { isoTimeSchema, subjectKindSchema } from '../fields.ts';
import { failureSchema, trainingStatusSchema } from '../trainings/status.ts';
import { attentionSchema, modelSchema } from '../trainings/view.ts';

const costs = {
  cost_usd: z.number().nullable(),
  cost_assumed_usd: z.number().describe('What stands for runs whose cost nobody told.'),
  cost_unknown_runs: z.number().int(),
};

const trainingPayloadSchema = z.strictObject({
  id: z.string(),
  status: trainingStatusSchema,
  kind: subjectKindSchema,
  subject_id: z.string(),
  version_name: z.string().nullable(),
  model_name: z.string(),
  job_id: z.string(),
  request_id: z.string().nullable(),
  runpod_job_id: z.string().nullable(),
  batch_id: z.string().nullable(),
  retry_of: z.string().nullable(),
  source: z.enum(['person', 'auto_train', 'retry']),
  user_id: z.string(),
  tenant_id: z.string(),
  image_count: z.number().int(),
  model: modelSchema.nullable(),
  failure: failureSchema.nullable(),
  needs_attention: attentionSchema.nullable(),
  ...costs,
  execution_seconds: z.number().nullable(),
  accepted_at: isoTimeSchema,
  ended_at: isoTimeSchema.nullable(),
});

const batchPayloadSchema = z.strictObject({
  id: z.string(),
  processed: z.number().int(),
  successful: z.number().int(),
  failed: z.number().int(),
  cancelled: z.number().int(),
  ...costs,
  execution_seconds: z.number(),
  trainings: z.array(
    z.strictObject({
      id: z.string(),
      status: trainingStatusSchema,
      kind: subjectKindSchema,
      subject_id: z.string(),
      version_name: z.string().nullable(),
      lora_url: z.string().nullable(),
      failure: failureSchema.nullable(),
    }),
  ),
});

function createPayloadSchema<T extends string, D extends z.ZodType>(types: readonly [T, ...T[]], data: D) {
  return z.strictObject({ type: z.enum(types), timestamp: isoTimeSchema, data });
}

const trainingTypes = [
  'training.completed',
  'training.failed',
  'training.timed_out',
  'training.cancelled',
  'training.needs_attention',
] as const;

const gatePayloadSchema = z.strictObject({
  reason: z.string(),
  closed_since: isoTimeSchema,
  reopens_when: z.string(),
});

const budgetPayloadSchema = z.strictObject({
  period: z.string().describe('The day or the month, as 2026-11-23 or 2026-11.'),
  budget_usd: z.number(),
  reason: z.string(),
  opens_at: isoTimeSchema.nullable(),
});

/** What a message out says (SPEC §10): its type, when that happened, and the facts. */
export const notificationPayloadSchema = z.discriminatedUnion('type', [
  createPayloadSchema(trainingTypes, z.strictObject({ training: trainingPayloadSchema })),
  createPayloadSchema(['batch.finished'], z.strictObject({ batch: batchPayloadSchema })),
  createPayloadSchema(['gate.closed', 'gate.opened'], z.strictObject({ gate: gatePayloadSchema })),
  createPayloadSchema(
    ['alarm.raised'],
    z.strictObject({ alarm: z.string(), detail: z.record(z.string(), z.unknown()) }),
  ),
  createPayloadSchema(['budget.reached'], z.strictObject({ budget: budgetPayloadSchema })),
  createPayloadSchema(['notification.test'], z.strictObject({ message: z.string() })),
]);
export type NotificationPayload = z.infer<typeof notificationPayloadSchema>;
