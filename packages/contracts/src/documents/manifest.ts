import { z } from 'zod';
import { failureClassSchema, flagField, idField, optionalField } from './fields.ts';

/** Status of a version: the five values of the legacy tools, and `submitting` until RunPod accepted the attempt. */
export const versionStatusSchema = z.enum([
  'submitting',
  'pending',
  'training',
  'completed',
  'failed',
  'cancelled',
]);

/** Version in a manifest or in `training_versions.json`. An unknown status is read as `pending` (docs/catalogue.md). */
export const versionDocumentSchema = z.looseObject({
  id: optionalField(idField),
  name: optionalField(z.string()),
  timestamp: optionalField(z.string()),
  description: optionalField(z.string()),
  parameters: optionalField(z.record(z.string(), z.unknown())),
  policy: optionalField(z.string()),
  status: versionStatusSchema.catch('pending'),
  loraUrl: optionalField(z.string()),
  verified: optionalField(z.boolean()),
  output_key: optionalField(z.string()),
  selectionSetId: optionalField(z.coerce.number()),
  imageCount: optionalField(z.number()),
  training_id: optionalField(z.string()),
  job_id: optionalField(z.string()),
  runpod_job_id: optionalField(z.string()),
  attempt: optionalField(z.number()),
  endpoint: optionalField(z.string()),
  attempt_deadline: optionalField(z.string()),
  /** Names of `endpoint` and `attempt_deadline` before version 0.2; still read, never written. */
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
  failure: z
    .object({ class: failureClassSchema, code: z.string(), paid: z.boolean() })
    .optional()
    .catch(undefined),
});
/** Parsed version of a manifest. */
export type VersionDocument = z.infer<typeof versionDocumentSchema>;

/** Finished model in `custom_lora_models` of a manifest: one entry per completed version. */
export const customLoraModelSchema = z.looseObject({
  version: optionalField(z.string()),
  name: optionalField(z.string()),
  loraUrl: optionalField(z.string()),
  good: flagField,
  training_id: optionalField(z.string()),
});

/**
 * Manifest of a subject: `data/actor_manifests/{id}_manifest.json` of an actor, or `training_versions.json` of a style,
 * which holds no `custom_lora_models`.
 */
export const manifestDocumentSchema = z.looseObject({
  versions: optionalField(z.array(versionDocumentSchema)),
  custom_lora_models: optionalField(z.array(customLoraModelSchema)),
  training_data_good: optionalField(z.boolean()),
  custom_models_good: optionalField(z.boolean()),
});
/** Parsed manifest of a subject. */
export type ManifestDocument = z.infer<typeof manifestDocumentSchema>;
