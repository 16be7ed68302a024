import { z } from 'zod';
import { isoTimeSchema, pageQueryShape, subjectKindSchema } from '../fields.ts';
import { lineSchema } from '../text.ts';
import { attentionSchema, failureSchema, modelSchema, trainingStatusSchema } from '../trainings/view.ts';

const costs = {
  cost_usd: z.number().nullable(),
  cost_assumed_usd: z.number().describe('Estimated cost of runs whose actual cost is unknown.'),
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
  pictures: z
    .array(z.strictObject({ name: z.string(), kind: z.enum(['sample', 'loss', 'other']), url: z.string() }))
    .describe('Links to the sample pictures and the loss plot: paths when GATEWAY_BASE_URL is not set.'),
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
  period: z.string().describe('Day 2026-11-23 or month 2026-11.'),
  budget_usd: z.number(),
  reason: z.string(),
  opens_at: isoTimeSchema.nullable(),
});

/**
 * Payload of a notification: its type, the time of the change, and the data of that type (docs/concepts/notifications.md).
 */
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
/** Payload of a notification. */
export type NotificationPayload = z.infer<typeof notificationPayloadSchema>;

const deliveryStateSchema = z.enum(['pending', 'delivered', 'failed']);

/** Query of `GET /api/deliveries`. */
export const deliveryListQuerySchema = z.strictObject({
  training_id: lineSchema.min(1).max(128).optional(),
  destination: lineSchema.min(1).max(64).optional(),
  state: deliveryStateSchema.optional(),
  ...pageQueryShape,
});

/** Delivery of a notification to a destination, with its tries. */
export const deliveryViewSchema = z.object({
  id: z.string().describe('The webhook-id; it stays the same for every try and redelivery.'),
  type: z.string(),
  destination: z.string().describe('Name of a subscriber, notify_url, mail or slack.'),
  state: deliveryStateSchema,
  training_id: z.string().nullable(),
  batch_id: z.string().nullable(),
  created_at: isoTimeSchema,
  next_at: isoTimeSchema.nullable().describe('Time of the next try while the delivery is pending.'),
  body: z.record(z.string(), z.unknown()),
  tries: z.array(
    z.object({
      at: isoTimeSchema,
      outcome: z.enum(['delivered', 'failed', 'refused']),
      status: z.number().int().nullable(),
      reason: z.string().nullable(),
      duration_ms: z.number(),
    }),
  ),
});
/** Delivery of a notification to a destination. */
export type DeliveryView = z.infer<typeof deliveryViewSchema>;

/** Response of `GET /api/deliveries`, newest first. */
export const deliveryPageSchema = z.object({
  deliveries: z.array(deliveryViewSchema),
  next_cursor: z.string().nullable(),
});

/** Body of `POST /api/notifications/test`. Without `destination`, every configured destination is tested. */
export const notificationTestSchema = z.strictObject({ destination: lineSchema.min(1).max(64).optional() });
/** Response of `POST /api/notifications/test`: the pending deliveries. */
export const notificationTestResponseSchema = z.object({ deliveries: z.array(deliveryViewSchema) });
