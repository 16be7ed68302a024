import { z } from 'zod';
import { failureClassSchema } from '../../documents/fields.ts';
import { isoTimeSchema, subjectIdSchema, verdictSchema, versionNameSchema } from '../fields.ts';
import { isLine, jsonObjectSchema, jsonSchema, lineSchema, textSchema } from '../text.ts';
import { versionPictureSchema } from '../trainings/progress.ts';

const statusSchema = z.enum(['submitting', 'pending', 'training', 'completed', 'failed', 'cancelled']);
const shortText = lineSchema.min(1).max(256);

/**
 * Body of `POST …/training-versions`: a version entry of the legacy tools. Unknown fields are kept, because those tools
 * read the same document. No other body accepts unknown fields.
 */
export const versionUpsertSchema = z
  .object({
    id: shortText.optional(),
    name: versionNameSchema.optional(),
    timestamp: isoTimeSchema.or(z.iso.datetime({ offset: true })).optional(),
    description: textSchema.max(4_000).optional(),
    parameters: jsonObjectSchema.optional(),
    status: statusSchema.optional(),
    loraUrl: lineSchema.max(2_048).nullish(),
    selectionSetId: z.number().int().nullish(),
    imageCount: z.number().int().min(0).optional(),
    training_id: shortText.optional(),
    job_id: shortText.optional(),
    runpod_job_id: shortText.nullish(),
    good: z.boolean().optional(),
  })
  .catchall(jsonSchema)
  .refine((body) => Object.keys(body).every(isLine), 'the name of a field holds a control character');

/** Number of versions that no training of this system made. */
export const importedVersionCountSchema = z
  .number()
  .int()
  .describe(
    'Number of completed versions without a data digest (imported history): none of them awaits a verdict.',
  );

/** Fields that a version has once they are known; the names are those of the manifest. */
const optionalVersionShape = {
  description: z.string().optional(),
  policy: z.string().optional(),
  preset: z.string().optional(),
  training_id: z.string().optional().describe('Training that made the version; absent for imported ones.'),
  attempt: z.number().optional(),
  loraUrl: z.string().optional(),
  verified: z
    .boolean()
    .optional()
    .describe('False for a model that Trainyard could not verify; absent for an imported version.'),
  file_name: z.string().optional(),
  size_bytes: z.number().optional(),
  sha256: z.string().optional(),
  samples: z.array(z.string()).optional(),
  final_loss: z.number().optional().describe('The last loss that the run reported.'),
  cost: z.number().optional().describe('USD.'),
  duration: z.number().optional().describe('Seconds of execution.'),
  data_digest: z
    .string()
    .optional()
    .describe('Digest of images and captions; equal digests mean equal data.'),
  selectionSetId: z.number().optional(),
  judged: z.boolean().optional(),
  error: z.string().optional(),
  failure: z.object({ class: failureClassSchema, code: z.string(), paid: z.boolean() }).optional(),
  warnings: z.array(z.string()).optional(),
};

/** Version of a subject as its manifest holds it, unknown fields included. */
export const versionViewSchema = z.looseObject({
  ...optionalVersionShape,
  id: z.string(),
  name: z.string(),
  timestamp: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  status: statusSchema,
  imageCount: z.number(),
  good: z.boolean(),
  verdict: verdictSchema,
  awaiting_review: z
    .boolean()
    .describe('Whether the version is completed, made by a training and without a verdict.'),
  pictures: z
    .array(versionPictureSchema)
    .describe(
      'The recorded pictures in `samples`: samples in the order of their prompts, then the loss plot, then others.',
    ),
});
/** Version of a subject as its manifest holds it. */
export type VersionView = z.infer<typeof versionViewSchema>;

/** Response of `GET …/training-versions` and of `POST …/verdicts`. */
export const versionListSchema = z.object({ versions: z.array(versionViewSchema) });
/** Response of the routes that change a version. */
export const versionResponseSchema = z.object({ version: versionViewSchema });

/**
 * Body of `POST …/mark-good`. `version_id` is the version's id, its name or its training. `good: false` records that the
 * model is not good, `null` takes the verdict back. `unverified: true` confirms that you checked a model that Trainyard could
 * not verify.
 */
export const markGoodSchema = z.strictObject({
  version_id: shortText,
  good: z.boolean().nullable().default(true),
  unverified: z.boolean().optional(),
});

/** Body of `POST …/verdicts`: the verdicts on several versions of a subject, recorded together or not at all. */
export const verdictsSchema = z.strictObject({
  versions: z
    .array(
      z.strictObject({
        version_id: shortText,
        good: z.boolean().nullable(),
        unverified: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(500),
});

/** Path of an actor or a style. */
export const subjectParamsSchema = z.object({ id: subjectIdSchema });
