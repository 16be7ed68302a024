import { z } from 'zod';
import { isoTimeSchema, pageQueryShape } from '../fields.ts';

const deliveryStateSchema = z.enum(['pending', 'delivered', 'failed']);

/** `GET /api/deliveries`, newest first. */
export const deliveryListQuerySchema = z.strictObject({
  training_id: z.string().min(1).max(128).optional(),
  destination: z.string().min(1).max(64).optional(),
  state: deliveryStateSchema.optional(),
  ...pageQueryShape,
});

/** One message to one destination, with what became of it. */
export const deliveryViewSchema = z.object({
  id: z.string().describe('The webhook-id: the same whenever the message is sent.'),
  type: z.string(),
  destination: z.string().describe('A subscriber’s name, notify_url, mail or slack.'),
  state: deliveryStateSchema,
  training_id: z.string().nullable(),
  batch_id: z.string().nullable(),
  created_at: isoTimeSchema,
  next_at: isoTimeSchema.nullable().describe('When it is sent next, while it is pending.'),
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
export type DeliveryView = z.infer<typeof deliveryViewSchema>;

export const deliveryPageSchema = z.object({
  deliveries: z.array(deliveryViewSchema),
  next_cursor: z.string().nullable(),
});

/** `POST /api/notifications/test`: to one destination, or to all of the settings. */
export const notificationTestSchema = z.strictObject({ destination: z.string().min(1).max(64).optional() });
export const notificationTestResponseSchema = z.object({ deliveries: z.array(deliveryViewSchema) });
