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

/** An actor in `data/actors.json` (SPEC §7, seed 003); fields that are not ours pass through. */
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
export type ActorDocument = z.infer<typeof actorDocumentSchema>;

/** A style in `data/styles.json`. The seeds call its token trigger or trigger token. */
export const styleDocumentSchema = z.looseObject({
  id: idField,
  name: optionalField(z.string()),
  description: optionalField(z.string()),
  poster: optionalField(z.string()),
  trigger: optionalField(z.string()),
  trigger_token: optionalField(z.string()),
  custom_models_good: flagField,
});
export type StyleDocument = z.infer<typeof styleDocumentSchema>;

/** A set in `selection_sets.json` (seed 001): images by `s3://` or https address, by key, or by bare file name. */
export const selectionSetDocumentSchema = z.looseObject({
  id: z.coerce.number().int(),
  name: optionalField(z.string()),
  images: z.array(z.string()),
});
export type SelectionSetDocument = z.infer<typeof selectionSetDocumentSchema>;
