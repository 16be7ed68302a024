import { z } from 'zod';
import {
  isoTimeSchema,
  labelSchema,
  pageQueryShape,
  queryFlagSchema,
  subjectIdSchema,
  subjectKindSchema,
} from '../fields.ts';
import { trainingStatusSchema } from './status.ts';
import { trainingViewSchema } from './view.ts';

const statusesSchema = z
  .union([z.string(), z.array(z.string())])
  .transform((words) => [words].flat().flatMap((each) => each.split(',')))
  .pipe(z.array(trainingStatusSchema));

/** `GET /api/trainings`, newest first. `status` may be given several times or with commas. */
export const trainingListQuerySchema = z.strictObject({
  status: statusesSchema.optional(),
  kind: subjectKindSchema.optional(),
  subject_id: subjectIdSchema.optional(),
  batch_id: z.string().min(1).max(128).optional(),
  needs_attention: queryFlagSchema.optional(),
  user_id: labelSchema.optional(),
  tenant_id: labelSchema.optional(),
  ...pageQueryShape,
});

export const trainingPageSchema = z.object({
  trainings: z.array(trainingViewSchema),
  next_cursor: z.string().nullable(),
});

/** `GET /api/trainings/:id/events?after=7`. */
export const trainingEventsQuerySchema = z.strictObject({ after: z.coerce.number().int().min(0).optional() });

export const trainingEventSchema = z.object({
  seq: z.number().int(),
  at: isoTimeSchema,
  type: z.string(),
  from: trainingStatusSchema.nullable(),
  to: trainingStatusSchema,
  cause: z.string(),
  detail: z.record(z.string(), z.unknown()),
});

export const trainingEventsSchema = z.object({
  training_id: z.string(),
  events: z.array(trainingEventSchema),
});
