import { z } from 'zod';
import { prioritySchema, subjectIdSchema } from '../fields.ts';
import { coarseStatusSchema } from '../trainings/status.ts';
import { trainingViewSchema } from '../trainings/view.ts';
import { skipReasonSchema } from './candidates.ts';

/** `POST /api/auto-train/runs` (SPEC §8). Without a limit that of the setting, else all. */
export const autoTrainRequestSchema = z.strictObject({
  limit: z.number().int().min(1).optional(),
  dry_run: z.boolean().optional(),
  actor_ids: z.array(subjectIdSchema).min(1).optional(),
  policy: z.string().min(1).max(64).optional(),
  priority: prioritySchema.optional(),
  include_unreviewed: z.boolean().optional(),
});

/** What a run enqueued, or would, and whom it left out and why. */
export const autoTrainRunSchema = z.object({
  id: z.string(),
  dry_run: z.boolean(),
  considered: z.number().int(),
  enqueued: z.array(
    z.object({ actor_id: z.string(), name: z.string(), training: trainingViewSchema.nullable() }),
  ),
  skipped: z.array(z.object({ actor_id: z.string(), name: z.string(), reasons: z.array(skipReasonSchema) })),
});
export type AutoTrainRunView = z.infer<typeof autoTrainRunSchema>;

/** `GET /api/auto-train/runs/:id`: how far the batch is. The summary is final once `done` is true. */
export const autoTrainProgressSchema = z.object({
  id: z.string(),
  done: z.boolean(),
  total: z.number().int(),
  by_status: z.record(coarseStatusSchema, z.number().int()),
  summary: z.object({
    processed: z.number().int(),
    successful: z.number().int(),
    failed: z.number().int(),
    cancelled: z.number().int(),
    cost_usd: z.number().nullable(),
    execution_seconds: z.number(),
  }),
  trainings: z.array(trainingViewSchema),
});
export type AutoTrainProgressView = z.infer<typeof autoTrainProgressSchema>;
