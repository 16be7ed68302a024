import { z } from 'zod';
import { isoTimeSchema, pageQueryShape, queryFlagSchema, queryWordsSchema } from '../fields.ts';
import { lineSchema } from '../text.ts';
import { datasetReportSchema } from '../trainings/preview.ts';
import { importedVersionCountSchema } from './versions.ts';

/** Query parameters that the lists of actors and styles share. */
export const subjectQueryShape = {
  q: lineSchema
    .trim()
    .min(1)
    .max(256)
    .optional()
    .describe('Words; each must occur in id, name or description.'),
  has_good_model: queryFlagSchema.optional(),
  order: z.enum(['asc', 'desc']).optional(),
};

const dataStateSchema = z.enum(['none', 'not_synced', 'synced']);

/** State of an actor's models. */
export const modelStateSchema = z
  .enum(['none', 'training', 'awaiting_review', 'good', 'failed'])
  .describe(
    '`training`: a training lives. `awaiting_review`: a model without a verdict is newer than the good one. `good`: a model is good. `failed`: the newest version failed. Else `none`.',
  );
const ageSchema = z.coerce.number().int().min(0).max(200);

/** Query of `GET /api/actors`. Without `limit` the response holds every actor. */
export const actorListQuerySchema = z.strictObject({
  ...subjectQueryShape,
  sex: queryWordsSchema.optional(),
  ethnicity: queryWordsSchema.optional(),
  min_age: ageSchema.optional(),
  max_age: ageSchema.optional(),
  data: dataStateSchema
    .optional()
    .describe('State of the images: none, not all in the object store, or all in the object store.'),
  reviewed: queryFlagSchema.optional().describe('True: only actors whose training data are marked good.'),
  live: queryFlagSchema.optional().describe('True: only actors with a live training.'),
  eligible: queryFlagSchema.optional().describe('True: only actors that auto-train would enqueue.'),
  model: queryWordsSchema
    .pipe(z.array(modelStateSchema))
    .optional()
    .describe('States of the models; several are separated by commas.'),
  view: z
    .enum(['full', 'summary'])
    .optional()
    .describe(
      '`summary` leaves out the addresses of the images and adds figures of the models; without `limit` it holds up to 1 000 actors, or pages of 200 of a longer list.',
    ),
  sort: z.enum(['catalogue', 'id', 'name', 'images', 'age', 'last_trained', 'model']).optional(),
  ...pageQueryShape,
  limit: z.coerce.number().int().min(1).max(1_000).optional(),
});

/** Images of an actor as the catalogue lists them. */
export const trainingDataSchema = z.object({
  s3_urls: z.array(z.string()),
  local_path: z.string().nullable(),
  count: z.number().int(),
  synced: z.boolean(),
});

/** Actor of the catalogue. */
export const actorViewSchema = z.object({
  id: z
    .string()
    .describe(
      'Id of the actor: the four-digit form of a number. Requests take it in every spelling (19, 0019).',
    ),
  catalogue_id: z.string().describe('Id as the catalogue spells it.'),
  ambiguity: z
    .string()
    .nullable()
    .describe('Names the entries of an actor that the catalogue has more than once; it cannot be trained.'),
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
  live_training_id: z.string().nullable().describe('Id of the live training of the actor.'),
});
/** Actor of the catalogue. */
export type ActorView = z.infer<typeof actorViewSchema>;

/** Figures of an actor's models. */
const actorModelsShape = {
  model_state: modelStateSchema,
  version_count: z.number().int().nullable().describe('Null while the manifest of the actor is unreadable.'),
  good_version: z.string().nullable().describe('Name of the good version.'),
  last_trained_at: isoTimeSchema.nullable().describe('Time of the newest version that was trained.'),
};

/** Actor in a list for people: without the addresses of its images, with figures of its models. */
export const actorSummarySchema = actorViewSchema.extend({
  training_data: trainingDataSchema.pick({ count: true, synced: true }),
  data_error_count: z
    .number()
    .int()
    .describe('Errors of the current dataset report, else those that the list of images alone shows.'),
  ...actorModelsShape,
});
/** Actor in a list for people. */
export type ActorSummary = z.infer<typeof actorSummarySchema>;

/** Response of `GET /api/actors`, with the values of sex and ethnicity that occur. */
export const actorPageSchema = z.object({
  actors: z
    .union([z.array(actorViewSchema), z.array(actorSummarySchema)])
    .describe('Summaries with `view=summary`.'),
  catalogue_count: z.number().int().describe('Number of actors in the catalogue, whatever the filters.'),
  total: z
    .number()
    .int()
    .nullable()
    .describe('Number of actors on all pages; null when filtered by live or eligible.'),
  facets: z.object({ sex: z.array(z.string()), ethnicity: z.array(z.string()) }),
  next_cursor: z.string().nullable(),
});

/** Response of `GET /api/actors/:id`: the actor with its eligibility for auto-train and a summary of its versions. */
export const actorDetailSchema = actorViewSchema.extend({
  eligible: z.boolean(),
  reasons: z.array(z.object({ code: z.string(), message: z.string() })),
  ...actorModelsShape,
  version_count: z.number().int(),
  imported_version_count: importedVersionCountSchema,
});

/** Query of `GET /api/actors/:id/training-data`. */
export const actorTrainingDataQuerySchema = z.strictObject({
  report: queryFlagSchema.optional().describe('False: omits the dataset report, so that no image is read.'),
});

/** Response of `GET /api/actors/:id/training-data`. */
export const actorTrainingDataSchema = trainingDataSchema.extend({
  actor_id: z.string(),
  training_data_good: z.boolean(),
  report: datasetReportSchema.extend({ trainable: z.boolean() }).nullable(),
});

/** Body of `POST /api/actors/:id/training-data/mark-good`; `good` is true by default. */
export const markTrainingDataGoodSchema = z.strictObject({ good: z.boolean().default(true) });
/** Response of `POST /api/actors/:id/training-data/mark-good`. */
export const trainingDataGoodSchema = z.object({ actor_id: z.string(), training_data_good: z.boolean() });

/** Query of `GET /api/styles`. Without `limit` the response holds every style. */
export const styleListQuerySchema = z.strictObject({
  ...subjectQueryShape,
  sort: z.enum(['catalogue', 'id', 'name']).optional(),
  ...pageQueryShape,
});

/** Style of the catalogue. */
export const styleViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  poster: z.string().nullable(),
  trigger: z.string().nullable(),
  custom_models_good: z.boolean(),
});
/** Style of the catalogue. */
export type StyleView = z.infer<typeof styleViewSchema>;

/** Response of `GET /api/styles`. */
export const stylePageSchema = z.object({
  styles: z.array(styleViewSchema),
  total: z.number().int(),
  next_cursor: z.string().nullable(),
});

/** Response of `GET /api/styles/:id`: the style with a summary of its versions. */
export const styleDetailSchema = styleViewSchema.extend({
  live_training_id: z.string().nullable(),
  version_count: z.number().int(),
  good_version: z.string().nullable().describe('Name of the good version.'),
  selection_set_count: z.number().int(),
});
