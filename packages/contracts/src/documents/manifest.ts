import { z } from 'zod';
import {
  booleanField,
  failureClassSchema,
  flagField,
  numberField,
  optionalField,
  textField,
} from './fields.ts';

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
  id: optionalField(textField),
  name: optionalField(textField),
  timestamp: optionalField(textField),
  description: optionalField(textField),
  parameters: optionalField(z.record(z.string(), z.unknown())),
  policy: optionalField(textField),
  preset: optionalField(textField).catch(undefined),
  status: versionStatusSchema.catch('pending'),
  loraUrl: optionalField(textField),
  verified: optionalField(booleanField),
  output_key: optionalField(textField),
  selectionSetId: optionalField(numberField),
  imageCount: optionalField(numberField),
  training_id: optionalField(textField),
  job_id: optionalField(textField),
  runpod_job_id: optionalField(textField),
  attempt: optionalField(numberField),
  endpoint: optionalField(textField),
  attempt_deadline: optionalField(textField),
  /** Names of `endpoint` and `attempt_deadline` before version 0.2; still read, never written. */
  endpoint_id: optionalField(textField),
  dead_by: optionalField(textField),
  good: flagField,
  judged: optionalField(booleanField),
  cost: optionalField(numberField),
  duration: optionalField(numberField),
  sha256: optionalField(textField),
  /** Other tools may use these names for their own values, which are kept in the file. */
  file_name: optionalField(textField).catch(undefined),
  size_bytes: optionalField(numberField).catch(undefined),
  samples: optionalField(z.array(z.string())).catch(undefined),
  final_loss: optionalField(numberField).catch(undefined),
  data_digest: optionalField(textField),
  warnings: optionalField(z.array(z.string())),
  error: optionalField(textField),
  failure: z
    .object({ class: failureClassSchema, code: z.string(), paid: z.boolean() })
    .optional()
    .catch(undefined),
});
/** Parsed version of a manifest. */
export type VersionDocument = z.infer<typeof versionDocumentSchema>;
