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

const pictureNameShape = {
  name: z.string().describe('File name; the last part of its address `/api/trainings/{id}/pictures/{name}`.'),
  kind: z.enum(['sample', 'loss', 'other']),
  index: z
    .number()
    .int()
    .nullable()
    .describe('Index of the prompt of a sample in `sample_prompts`; null for other pictures.'),
};

/** Picture of a version, as its name describes it. */
export const versionPictureSchema = z.object(pictureNameShape);

/** Picture that was recorded with the model of a training. */
export const trainingPictureSchema = z.object({
  ...pictureNameShape,
  prompt: z
    .string()
    .nullable()
    .describe('Prompt of a sample; null for other pictures, and when it is not known.'),
  attempt: z.number().int(),
  size_bytes: z.number().int(),
});

/** Response of `GET /api/trainings/:id/pictures`: samples in the order of their prompts, then the loss plot, then others. */
export const trainingPicturesSchema = z.array(trainingPictureSchema).max(64);
/** Pictures of a training. */
export type TrainingPictures = z.infer<typeof trainingPicturesSchema>;
