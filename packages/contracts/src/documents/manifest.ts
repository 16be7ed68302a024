import { z } from 'zod';
import { flagField, idField, optionalField } from './fields.ts';

/** The seeds' words for a version's state, and our `submitting` before the first of them. */
export const versionStatusSchema = z.enum([
  'submitting',
  'pending',
  'training',
  'completed',
  'failed',
  'cancelled',
]);

/** A version in a manifest or in `training_versions.json` (SPEC §7); a word for its state that is not ours is `pending`. */
export const versionDocumentSchema = z.looseObject({
  id: optionalField(idField),
  name: optionalField(z.string()),
  timestamp: optionalField(z.string()),
  description: optionalField(z.string()),
  parameters: optionalField(z.record(z.string(), z.unknown())),
  policy: optionalField(z.string()),
  status: versionStatusSchema.catch('pending'),
  loraUrl: optionalField(z.string()),
  selectionSetId: optionalField(z.coerce.number()),
  imageCount: optionalField(z.number()),
  training_id: optionalField(z.string()),
  job_id: optionalField(z.string()),
  runpod_job_id: optionalField(z.string()),
  attempt: optionalField(z.number()),
  endpoint: optionalField(z.string()),
  attempt_deadline: optionalField(z.string()),
  /** `endpoint` and `attempt_deadline` under their names before 0.2. */
  endpoint_id: optionalField(z.string()),
  dead_by: optionalField(z.string()),
  good: flagField,
  judged: optionalField(z.boolean()),
  cost: optionalField(z.number()),
  duration: optionalField(z.number()),
  sha256: optionalField(z.string()),
  data_digest: optionalField(z.string()),
  warnings: optionalField(z.array(z.string())),
  error: optionalField(z.string()),
});
export type VersionDocument = z.infer<typeof versionDocumentSchema>;

/** A finished model in `custom_lora_models` of a manifest (seed 002, SPEC §7). */
export const customLoraModelSchema = z.looseObject({
  version: optionalField(z.string()),
  name: optionalField(z.string()),
  loraUrl: optionalField(z.string()),
  good: flagField,
  training_id: optionalField(z.string()),
});

/** `data/actor_manifests/{id}_manifest.json` and, without models, a style's `training_versions.json`. */
export const manifestDocumentSchema = z.looseObject({
  versions: optionalField(z.array(versionDocumentSchema)),
  custom_lora_models: optionalField(z.array(customLoraModelSchema)),
  training_data_good: optionalField(z.boolean()),
  custom_models_good: optionalField(z.boolean()),
});
export type ManifestDocument = z.infer<typeof manifestDocumentSchema>;
