import { z } from 'zod';
import { isoTimeSchema, subjectIdSchema, versionNameSchema } from '../fields.ts';

const statusSchema = z.enum(['submitting', 'pending', 'training', 'completed', 'failed', 'cancelled']);
const shortText = z.string().min(1).max(256);

/**
 * `POST …/training-versions`: an entry of the seeds' own tools. The one body whose unknown fields are kept: the
 * document belongs to those tools too (SPEC §7).
 */
export const versionUpsertSchema = z.looseObject({
  id: shortText.optional(),
  name: versionNameSchema.optional(),
  timestamp: isoTimeSchema.or(z.iso.datetime({ offset: true })).optional(),
  description: z.string().max(4_000).optional(),
  parameters: z.record(z.string(), z.unknown()).optional(),
  status: statusSchema.optional(),
  loraUrl: z.string().max(2_048).nullish(),
  selectionSetId: z.number().int().nullish(),
  imageCount: z.number().int().min(0).optional(),
  training_id: shortText.optional(),
  job_id: shortText.optional(),
  runpod_job_id: shortText.nullish(),
  good: z.boolean().optional(),
});

/** A version in its subject's history, as its manifest holds it (SPEC §7). */
export const versionViewSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  timestamp: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  status: statusSchema,
  imageCount: z.number(),
  good: z.boolean(),
});

export const versionListSchema = z.object({ versions: z.array(versionViewSchema) });
export const versionResponseSchema = z.object({ version: versionViewSchema });

/** `POST …/mark-good`: the version by its id, its name or its training; `good: false` takes it back. */
export const markGoodSchema = z.strictObject({ version_id: shortText, good: z.boolean().default(true) });

export const subjectParamsSchema = z.object({ id: subjectIdSchema });
