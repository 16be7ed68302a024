import { z } from 'zod';
import { flagField, idField, optionalField } from './fields.ts';

const trainingDataSchema = z.looseObject({
  s3_urls: z
    .array(z.string())
    .nullish()
    .transform((urls) => urls ?? []),
  local_path: optionalField(z.string()),
  count: optionalField(z.number().int().nonnegative()),
  synced: flagField,
});

/** Actor in `data/actors.json`. Unknown fields are kept when the file is written (docs/catalogue.md). */
export const actorDocumentSchema = z.looseObject({
  id: idField,
  name: optionalField(z.string()),
  age: optionalField(z.coerce.number().optional().catch(undefined)),
  sex: optionalField(z.string()),
  ethnicity: optionalField(z.string()),
  description: optionalField(z.string()),
  poster: optionalField(z.string()),
  training_data: optionalField(trainingDataSchema),
  training_data_good: flagField,
  custom_models_good: flagField,
});
/** Parsed actor of `data/actors.json`. */
export type ActorDocument = z.infer<typeof actorDocumentSchema>;

/** Style in `data/styles.json`. The legacy tools write its trigger as `trigger` or as `trigger_token`. */
export const styleDocumentSchema = z.looseObject({
  id: idField,
  name: optionalField(z.string()),
  description: optionalField(z.string()),
  poster: optionalField(z.string()),
  trigger: optionalField(z.string()),
  trigger_token: optionalField(z.string()),
  custom_models_good: flagField,
});
/** Parsed style of `data/styles.json`. */
export type StyleDocument = z.infer<typeof styleDocumentSchema>;

/** Selection set in `selection_sets.json`. An image is an `s3://` or https address, an object key or a bare file name. */
export const selectionSetDocumentSchema = z.looseObject({
  id: z.coerce.number().int(),
  name: optionalField(z.string()),
  images: z.array(z.string()),
});
/** Parsed selection set of `selection_sets.json`. */
export type SelectionSetDocument = z.infer<typeof selectionSetDocumentSchema>;
