import { z } from 'zod';
import { flag, idField, maybe } from './fields.ts';

const trainingDataSchema = z.looseObject({
  s3_urls: z
    .array(z.string())
    .nullish()
    .transform((urls) => urls ?? []),
  local_path: maybe(z.string()),
  count: maybe(z.number().int().nonnegative()),
  synced: flag,
});

/** An actor in `data/actors.json` (SPEC §7, seed 003); fields that are not ours pass through. */
export const actorDocumentSchema = z.looseObject({
  id: idField,
  name: maybe(z.string()),
  age: maybe(z.coerce.number().optional().catch(undefined)),
  sex: maybe(z.string()),
  ethnicity: maybe(z.string()),
  description: maybe(z.string()),
  poster: maybe(z.string()),
  training_data: maybe(trainingDataSchema),
  training_data_good: flag,
  custom_models_good: flag,
});
export type ActorDocument = z.infer<typeof actorDocumentSchema>;

/** A style in `data/styles.json`. The seeds call its token trigger or trigger token. */
export const styleDocumentSchema = z.looseObject({
  id: idField,
  name: maybe(z.string()),
  description: maybe(z.string()),
  poster: maybe(z.string()),
  trigger: maybe(z.string()),
  trigger_token: maybe(z.string()),
  custom_models_good: flag,
});
export type StyleDocument = z.infer<typeof styleDocumentSchema>;

/** A set in `selection_sets.json` (seed 001): images by `s3://` or https address, by key, or by bare file name. */
export const selectionSetDocumentSchema = z.looseObject({
  id: z.coerce.number().int(),
  name: maybe(z.string()),
  images: z.array(z.string()),
});
export type SelectionSetDocument = z.infer<typeof selectionSetDocumentSchema>;
