import { z } from 'zod';
import { flag, idField, maybe } from './fields.ts';

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
  id: maybe(idField),
  name: maybe(z.string()),
  timestamp: maybe(z.string()),
  description: maybe(z.string()),
  parameters: maybe(z.record(z.string(), z.unknown())),
  policy: maybe(z.string()),
  status: versionStatusSchema.catch('pending'),
  loraUrl: maybe(z.string()),
  selectionSetId: maybe(z.coerce.number()),
  imageCount: maybe(z.number()),
  training_id: maybe(z.string()),
  job_id: maybe(z.string()),
  runpod_job_id: maybe(z.string()),
  attempt: maybe(z.number()),
  endpoint_id: maybe(z.string()),
  dead_by: maybe(z.string()),
  good: flag,
  judged: maybe(z.boolean()),
  cost: maybe(z.number()),
  duration: maybe(z.number()),
  sha256: maybe(z.string()),
  data_digest: maybe(z.string()),
  warnings: maybe(z.array(z.string())),
  error: maybe(z.string()),
});
export type VersionDocument = z.infer<typeof versionDocumentSchema>;

/** A finished model in `custom_lora_models` of a manifest (seed 002, SPEC §7). */
export const customLoraModelSchema = z.looseObject({
  version: maybe(z.string()),
  name: maybe(z.string()),
  loraUrl: maybe(z.string()),
  good: flag,
  training_id: maybe(z.string()),
});

/** `data/actor_manifests/{id}_manifest.json` and, without models, a style's `training_versions.json`. */
export const manifestDocumentSchema = z.looseObject({
  versions: maybe(z.array(versionDocumentSchema)),
  custom_lora_models: maybe(z.array(customLoraModelSchema)),
  training_data_good: maybe(z.boolean()),
  custom_models_good: maybe(z.boolean()),
});
export type ManifestDocument = z.infer<typeof manifestDocumentSchema>;
