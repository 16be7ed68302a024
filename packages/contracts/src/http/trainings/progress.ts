import { z } from 'zod';
import { isoTimeSchema } from '../fields.ts';

/** Point of a loss curve. */
const pointSchema = z
  .tuple([z.number().int(), z.number().nullable(), isoTimeSchema])
  .describe(
    'Step, loss and time of a report. The loss is null where the container reported no finite number.',
  );

/** Times of an attempt. A time that is not reached is null. */
const phasesSchema = z.object({
  accepted_at: isoTimeSchema,
  submitted_at: isoTimeSchema,
  started_running_at: isoTimeSchema.nullable(),
  first_step_at: isoTimeSchema.nullable(),
  ended_at: isoTimeSchema.nullable(),
});

/** Response of `GET /api/trainings/:id/progress`. */
export const trainingProgressSchema = z.object({
  attempts: z.array(
    z.object({
      number: z.number().int(),
      points: z
        .array(pointSchema)
        .max(500)
        .describe('The loss curve, thinned evenly over its steps. The steps grow.'),
      phases: phasesSchema,
    }),
  ),
});
/** Response of `GET /api/trainings/:id/progress`. */
export type TrainingProgressView = z.infer<typeof trainingProgressSchema>;
