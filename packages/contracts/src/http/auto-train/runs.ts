import { z } from 'zod';
import {
  budgetUsdSchema,
  isoTimeSchema,
  labelSchema,
  pageQueryShape,
  prioritySchema,
  subjectIdSchema,
} from '../fields.ts';
import { coarseStatusSchema } from '../trainings/status.ts';
import { trainingViewSchema } from '../trainings/view.ts';
import { skipReasonSchema } from './candidates.ts';

const orderShape = {
  limit: z.number().int().min(1).max(1_000_000).optional(),
  actor_ids: z.array(subjectIdSchema).min(1).max(100_000).optional(),
  policy: z.string().min(1).max(64).optional(),
  priority: prioritySchema.optional(),
  budget_usd: budgetUsdSchema.optional(),
  include_unreviewed: z.boolean().optional(),
};

/** `POST /api/auto-train/runs` (SPEC §8). Without a limit that of the setting, else all. */
export const autoTrainRequestSchema = z.strictObject({ ...orderShape, dry_run: z.boolean().optional() });

const usdSchema = z.number().nullable().describe('Null where no price is known.');

/** What one actor is trained with. */
const plannedSchema = z.object({
  policy: z.string(),
  preset: z.string().nullable(),
  trigger: z.string(),
  image_count: z.number().int(),
  hyperparameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  duration_seconds: z.number().describe('Estimated, without the wait for a slot.'),
  cost_usd: usdSchema,
});

const skippedSchema = z.object({
  actor_id: z.string(),
  name: z.string(),
  reasons: z.array(skipReasonSchema),
});

/** What a run enqueued, or would, and whom it left out and why. */
export const autoTrainRunSchema = z.object({
  id: z.string().nullable().describe('Null when it ran dry: nothing was saved.'),
  dry_run: z.boolean(),
  considered: z.number().int(),
  enqueued: z.array(
    z.object({
      actor_id: z.string(),
      name: z.string(),
      planned: plannedSchema,
      training: trainingViewSchema.nullable(),
    }),
  ),
  skipped: z.array(skippedSchema),
  estimate: z.object({
    duration_seconds: z.number().describe('Of all together, with as many slots as there are.'),
    cost_usd: usdSchema,
  }),
});
export type AutoTrainRunView = z.infer<typeof autoTrainRunSchema>;

/** The seeds' summary (seed 002). */
const autoTrainSummarySchema = z.object({
  processed: z.number().int(),
  successful: z.number().int(),
  failed: z.number().int(),
  cancelled: z.number().int(),
  cost_usd: usdSchema,
  cost_assumed_usd: z.number().describe('What stands for runs whose cost nobody told.'),
  cost_unknown_runs: z.number().int(),
  execution_seconds: z.number(),
  duration_seconds: z.number().describe('From its beginning to the end of its last training so far.'),
});

/** A run as a list shows it. The summary is final once it has ended. */
export const autoTrainBatchSchema = z.object({
  id: z.string(),
  status: z.enum(['enqueuing', 'open', 'ended']),
  created_at: isoTimeSchema,
  tick_at: isoTimeSchema
    .nullable()
    .describe('The moment of the schedule that began it; null when a person did.'),
  order: z.object(orderShape),
  considered: z.number().int(),
  enqueued_count: z.number().int(),
  skipped_count: z.number().int(),
  cancel_requested: z.object({ at: isoTimeSchema, by: z.string(), keep_running: z.boolean() }).nullable(),
  summary: autoTrainSummarySchema.nullable(),
});
export type AutoTrainBatchView = z.infer<typeof autoTrainBatchSchema>;

export const autoTrainListQuerySchema = z.strictObject(pageQueryShape);

/** `GET /api/auto-train/runs`, newest first. */
export const autoTrainPageSchema = z.object({
  runs: z.array(autoTrainBatchSchema),
  next_cursor: z.string().nullable(),
});

/** `GET /api/auto-train/runs/:id`: how far the batch is. The summary is final once `done` is true. */
export const autoTrainProgressSchema = autoTrainBatchSchema.extend({
  done: z.boolean(),
  total: z.number().int(),
  by_status: z.record(coarseStatusSchema, z.number().int()),
  summary: autoTrainSummarySchema,
  trainings: z.array(trainingViewSchema),
  skipped: z.array(skippedSchema),
});
export type AutoTrainProgressView = z.infer<typeof autoTrainProgressSchema>;

/** `POST /api/auto-train/runs/:id/cancel`. */
export const autoTrainCancelSchema = z.strictObject({
  by: labelSchema.optional(),
  keep_running: z.boolean().optional().describe('Cancel only what waits.'),
});

/** `PATCH /api/auto-train/runs/:id`: the order of all its trainings that wait. */
export const autoTrainPatchSchema = z.strictObject({ priority: prioritySchema });
