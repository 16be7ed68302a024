import { z } from 'zod';
import {
  isoTimeSchema,
  labelSchema,
  pageQueryShape,
  queryFlagSchema,
  subjectIdSchema,
  subjectKindSchema,
} from '../fields.ts';
import { lineSchema } from '../text.ts';
import { trainingStatusSchema, trainingViewSchema } from './view.ts';

const statusesSchema = z
  .union([lineSchema, z.array(lineSchema)])
  .transform((words) => [words].flat().flatMap((each) => each.split(',')))
  .pipe(z.array(trainingStatusSchema));

/** Query of `GET /api/trainings`. `status` may be repeated or hold several values separated by commas. */
export const trainingListQuerySchema = z.strictObject({
  status: statusesSchema.optional(),
  kind: subjectKindSchema.optional(),
  subject_id: subjectIdSchema.optional(),
  batch_id: lineSchema.min(1).max(128).optional(),
  needs_attention: queryFlagSchema.optional(),
  user_id: labelSchema.optional(),
  tenant_id: labelSchema.optional(),
  ...pageQueryShape,
});

/** Response of `GET /api/trainings`, newest first. */
export const trainingPageSchema = z.object({
  trainings: z.array(trainingViewSchema),
  next_cursor: z.string().nullable(),
});

/** Query of `GET /api/trainings/:id/events`; `after=7` returns the events from sequence number 8 on. */
export const trainingEventsQuerySchema = z.strictObject({ after: z.coerce.number().int().min(0).optional() });

/** Stored event of a training: an input of the transition table, with the states before and after it. */
export const trainingEventSchema = z.object({
  seq: z.number().int(),
  at: isoTimeSchema,
  type: z.string(),
  from: trainingStatusSchema.nullable(),
  to: trainingStatusSchema,
  cause: z.string(),
  detail: z.record(z.string(), z.unknown()),
});

/** Response of `GET /api/trainings/:id/events`, oldest first. */
export const trainingEventsSchema = z.object({
  training_id: z.string(),
  events: z.array(trainingEventSchema),
});
