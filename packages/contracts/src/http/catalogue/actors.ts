import { z } from 'zod';
import { pageQueryShape, queryFlagSchema, queryWordsSchema } from '../fields.ts';
import { datasetReportSchema } from '../trainings/preview.ts';
import { subjectQueryShape } from './query.ts';

const dataStateSchema = z.enum(['none', 'not_synced', 'synced']);
const ageSchema = z.coerce.number().int().min(0).max(200);

/** `GET /api/actors` (seed 003). All come at once unless a limit is given. */
export const actorListQuerySchema = z.strictObject({
  ...subjectQueryShape,
  sex: queryWordsSchema.optional(),
  ethnicity: queryWordsSchema.optional(),
  min_age: ageSchema.optional(),
  max_age: ageSchema.optional(),
  data: dataStateSchema.optional().describe('Images: none, not all in the object store, or all in it.'),
  reviewed: queryFlagSchema.optional().describe('Whether the training data were marked as good.'),
  live: queryFlagSchema.optional().describe('Whether a training is under way.'),
  eligible: queryFlagSchema.optional().describe('Whether auto-train would take the actor.'),
  sort: z.enum(['catalogue', 'id', 'name', 'images', 'age']).optional(),
  ...pageQueryShape,
});

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
  data_state: dataStateSchema,
  training_data_good: z.boolean(),
  custom_models_good: z.boolean(),
  live_training_id: z.string().nullable().describe('A training of the actor that is under way.'),
});
export type ActorView = z.infer<typeof actorViewSchema>;

export const actorPageSchema = z.object({
  actors: z.array(actorViewSchema),
  total: z.number().int().nullable().describe('On all pages; null where live or eligible were asked for.'),
  facets: z.object({ sex: z.array(z.string()), ethnicity: z.array(z.string()) }),
  next_cursor: z.string().nullable(),
});

/** `GET /api/actors/:id`: with what auto-train and the history say. */
export const actorDetailSchema = actorViewSchema.extend({
  eligible: z.boolean(),
  reasons: z.array(z.object({ code: z.string(), message: z.string() })),
  version_count: z.number().int(),
  good_version: z.string().nullable().describe('Its name.'),
});

export const actorTrainingDataQuerySchema = z.strictObject({
  report: queryFlagSchema.optional().describe('false: without the report, so that no image is looked at.'),
});

/** `GET /api/actors/:id/training-data`. */
export const actorTrainingDataSchema = trainingDataSchema.extend({
  actor_id: z.string(),
  training_data_good: z.boolean(),
  report: datasetReportSchema.extend({ trainable: z.boolean() }).nullable(),
});

/** `POST /api/actors/:id/training-data/mark-good`; without a word it means good. */
export const markTrainingDataGoodSchema = z.strictObject({ good: z.boolean().default(true) });
export const trainingDataGoodSchema = z.object({ actor_id: z.string(), training_data_good: z.boolean() });
