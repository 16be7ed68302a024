import { z } from 'zod';
import { autoTrainBatchSchema } from '../auto-train/runs.ts';
import { dispatchControlSchema } from '../dispatch/control.ts';
import { trainingEventSchema } from '../trainings/list.ts';
import { trainingStatusSchema } from '../trainings/status.ts';
import { progressSchema, trainingViewSchema } from '../trainings/view.ts';

/** The first event of every stream. What is read after it misses nothing that the stream tells later. */
const readySchema = z.object({ resumed: z.boolean() });

/** What lay between `Last-Event-ID` and now can no longer be told: read anew what is shown. */
const resetSchema = z.object({ reason: z.string() });

/** A training changed. `training` is as it is when it is told, and so never older than the event. */
const changedSchema = z.object({
  training_id: z.string(),
  event: trainingEventSchema,
  training: trainingViewSchema.nullable(),
});

/** A run was looked at and goes on; `rev` as in the view, a lower one is older. */
const progressedSchema = z.object({
  training_id: z.string(),
  rev: z.number().int(),
  status: trainingStatusSchema,
  progress: progressSchema.nullable(),
});

/** The data of each event of `GET /api/stream` and `GET /api/trainings/:id/stream`, by its name (SPEC §5.4). */
export const liveEventSchemas = {
  ready: readySchema,
  reset: resetSchema,
  'training.changed': changedSchema,
  'training.progress': progressedSchema,
  'batch.changed': autoTrainBatchSchema,
  'dispatch.changed': dispatchControlSchema,
} as const;

export type LiveEventName = keyof typeof liveEventSchemas;

/** An event as it is told, with its name. */
export type LiveEvent = {
  [Name in LiveEventName]: { readonly event: Name; readonly data: z.infer<(typeof liveEventSchemas)[Name]> };
}[LiveEventName];

/** Where a stream goes on; a browser sends it by itself. */
export const streamHeadersSchema = z.looseObject({
  'last-event-id': z
    .string()
    .max(64)
    .optional()
    .describe('Goes on after this event; at least the last 10 000 are kept.'),
});
