import { z } from 'zod';
import { isoTimeSchema } from '../fields.ts';
import { failureSchema, modelSchema, trainingStatusSchema } from '../trainings/view.ts';
import { autoTrainSummarySchema, plannedTrainingSchema, skippedActorSchema } from './auto-train.ts';

/** An actor of an auto-train run with the training that the run created for it. */
export const enqueuedActorSchema = z.object({
  actor_id: z.string(),
  name: z.string(),
  planned: plannedTrainingSchema,
  training: z.object({ id: z.string(), job_id: z.string() }),
});

/** An event of an auto-train run. Its lines in the report of the legacy script follow from it. */
export const autoTrainEventSchema = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('run_created'),
      at: isoTimeSchema,
      tick_at: isoTimeSchema.nullable().describe('Tick of the schedule; null for a manual run.'),
      considered: z.number().int(),
      eligible_count: z.number().int(),
      enqueued: z.array(enqueuedActorSchema),
      skipped: z.array(skippedActorSchema),
    })
    .describe('The selection of the run: its trainings with their parameters, and the skipped actors.'),
  z
    .object({
      type: z.literal('status_changed'),
      at: isoTimeSchema,
      training_id: z.string(),
      actor_id: z.string(),
      name: z.string(),
      status: trainingStatusSchema,
      minutes_since_accepted: z.number(),
      failure: failureSchema.nullable(),
      model: modelSchema.nullable(),
    })
    .describe('A training of the run has a new status; failure and model belong to its end.'),
  z
    .object({
      type: z.literal('cancel_requested'),
      at: isoTimeSchema,
      by: z.string(),
      keep_running: z.boolean(),
    })
    .describe('The run was cancelled.'),
  z
    .object({ type: z.literal('run_ended'), at: isoTimeSchema, summary: autoTrainSummarySchema })
    .describe('All trainings of the run have ended.'),
]);
/** An event of an auto-train run. */
export type AutoTrainEvent = z.infer<typeof autoTrainEventSchema>;

/** Response of `GET /api/auto-train/runs/:id/events`, oldest first. */
export const autoTrainEventsSchema = z.object({ run_id: z.string(), events: z.array(autoTrainEventSchema) });
/** Events of an auto-train run. */
export type AutoTrainEventsView = z.infer<typeof autoTrainEventsSchema>;
