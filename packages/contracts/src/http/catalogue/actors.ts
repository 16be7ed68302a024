import { z } from 'zod';
import { pageQueryShape } from '../fields.ts';

/** Actors and styles come all at once unless a limit is given. */
export const catalogueQuerySchema = z.strictObject(pageQueryShape);

const trainingDataSchema = z.object({
  s3_urls: z.array(z.string()),
  local_path: z.string().nullable(),
  count: z.number().int(),
  synced: z.boolean(),
});

/** An actor of the catalogue (SPEC §7, seed 003). */
export const actorViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  age: z.number().nullable(),
  sex: z.string().nullable(),
  ethnicity: z.string().nullable(),
  description: z.string().nullable(),
  poster: z.string().nullable(),
  training_data: trainingDataSchema,
  training_data_good: z.boolean(),
  custom_models_good: z.boolean(),
});
export type ActorView = z.infer<typeof actorViewSchema>;

export const actorPageSchema = z.object({
  actors: z.array(actorViewSchema),
  next_cursor: z.string().nullable(),
});

/** `GET /api/actors/:id/training-data`. */
export const actorTrainingDataSchema = trainingDataSchema.extend({
  actor_id: z.string(),
  training_data_good: z.boolean(),
});

/** `POST /api/actors/:id/training-data/mark-good`; without a word it means good. */
export const markTrainingDataGoodSchema = z.strictObject({ good: z.boolean().default(true) });
export const trainingDataGoodSchema = z.object({ actor_id: z.string(), training_data_good: z.boolean() });
