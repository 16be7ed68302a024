import { z } from 'zod';
import { isLine } from '../http/text.ts';
import { countField, flagField, idField, numberField, optionalField, textField } from './fields.ts';

/** Name or trigger; it becomes part of a training. */
const lineField = textField.refine(isLine, 'holds a control character or a lone surrogate');

const trainingDataSchema = z.looseObject({
  s3_urls: z
    .array(z.string())
    .nullish()
    .transform((urls) => urls ?? []),
  local_path: optionalField(textField),
  count: optionalField(countField),
  synced: flagField,
});

/** Actor in `data/actors.json`. Unknown fields are kept when the file is written (docs/catalogue.md). */
export const actorDocumentSchema = z.looseObject({
  id: idField,
  name: optionalField(lineField),
  age: optionalField(numberField),
  sex: optionalField(textField),
  ethnicity: optionalField(textField),
  description: optionalField(textField),
  poster: optionalField(textField),
  training_data: optionalField(trainingDataSchema),
  training_data_good: flagField,
  custom_models_good: flagField,
});
/** Parsed actor of `data/actors.json`. */
export type ActorDocument = z.infer<typeof actorDocumentSchema>;

/** Style in `data/styles.json`. The legacy tools write its trigger as `trigger` or as `trigger_token`. */
export const styleDocumentSchema = z.looseObject({
  id: idField,
  name: optionalField(lineField),
  description: optionalField(textField),
  poster: optionalField(textField),
  trigger: optionalField(lineField),
  trigger_token: optionalField(lineField),
  custom_models_good: flagField,
});
/** Parsed style of `data/styles.json`. */
export type StyleDocument = z.infer<typeof styleDocumentSchema>;

/** Selection set in `selection_sets.json`. An image is an `s3://` or https address, an object key or a bare file name. */
export const selectionSetDocumentSchema = z.looseObject({
  id: countField,
  name: optionalField(lineField),
  images: z.array(z.string()),
});
/** Parsed selection set of `selection_sets.json`. */
export type SelectionSetDocument = z.infer<typeof selectionSetDocumentSchema>;
