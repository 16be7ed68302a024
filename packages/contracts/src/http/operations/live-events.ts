import { z } from 'zod';
import { isoTimeSchema, subjectKindSchema } from '../fields.ts';
import { headerSchema } from '../text.ts';
import { trainingEventSchema } from '../trainings/list.ts';
import { progressSchema, trainingStatusSchema, trainingViewSchema } from '../trainings/view.ts';
import { autoTrainBatchSchema } from './auto-train.ts';
import { budgetsSchema, dispatchControlSchema } from './dispatch.ts';
import { scheduleSchema } from './schedule.ts';

/**
 * First live event of every stream. State that is read after it, plus all later live events, is complete. Times of this API
 * are times of the server's clock, which a page continues from `now` at `time_factor` times real time.
 */
const readySchema = z.object({
  resumed: z.boolean(),
  now: isoTimeSchema.describe("The server's time."),
  time_factor: z.number().positive().describe('Factor by which its clock is faster than real time.'),
});

/** Gap: live events after `Last-Event-ID` are no longer stored. The reader must load the state again. */
const resetSchema = z.object({ reason: z.string() });

/** Change of a training. `training` is read when the live event is sent, so it is never older than `event`. */
const changedSchema = z.object({
  training_id: z.string(),
  event: trainingEventSchema,
  training: trainingViewSchema.nullable(),
});

/** Progress of a run. `rev` is the revision of the training; the higher of two is newer. */
const progressedSchema = z.object({
  training_id: z.string(),
  rev: z.number().int(),
  status: trainingStatusSchema,
  progress: progressSchema.nullable(),
});

/** Change of a subject: its versions and verdicts, its images and captions, or its training data. Load it again. */
const subjectChangedSchema = z.object({ kind: subjectKindSchema, subject_id: z.string() });

/** Change of the address at which callbacks arrive. */
const tunnelChangedSchema = z.object({
  running: z.boolean(),
  url: z.string().nullable().describe('The public address; null without one.'),
});

/** Schemas of the data of the live events in `GET /api/stream` and `GET /api/trainings/:id/stream`, by name of the event. */
export const liveEventSchemas = {
  ready: readySchema,
  reset: resetSchema,
  'training.changed': changedSchema,
  'training.progress': progressedSchema,
  'batch.changed': autoTrainBatchSchema,
  'dispatch.changed': dispatchControlSchema,
  'subject.changed': subjectChangedSchema,
  'tunnel.changed': tunnelChangedSchema,
  'budgets.changed': budgetsSchema,
  'schedule.changed': scheduleSchema,
} as const;

/** Name of a live event. */
export type LiveEventName = keyof typeof liveEventSchemas;

/** Live event with its name and data. */
export type LiveEvent = {
  [Name in LiveEventName]: { readonly event: Name; readonly data: z.infer<(typeof liveEventSchemas)[Name]> };
}[LiveEventName];

/** A server-sent event on the wire. `data` is the JSON text of one of {@link liveEventSchemas}. */
export const streamedEventSchema = z
  .object({
    event: z.string(),
    id: z.string().optional(),
    data: z.string(),
    retry: z.number().int().optional(),
  })
  .describe('One of the live events of the stream. `data` is JSON, as its name in `event` determines.');

/** Header with which a stream is resumed. Browsers send it when they reconnect. */
export const streamHeadersSchema = z.looseObject({
  'last-event-id': headerSchema
    .max(64)
    .optional()
    .describe('Resumes after this live event. At least the last 10 000 live events are stored.'),
});
