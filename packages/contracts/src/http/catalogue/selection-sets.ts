import { z } from 'zod';
import { subjectIdSchema } from '../fields.ts';

const nameSchema = z.string().trim().min(1).max(256);
const imagesSchema = z.array(z.string().min(1).max(2_048)).max(10_000);

/** A selection set of a style (seed 001). */
export const selectionSetSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  images: z.array(z.string()),
  used_by: z.array(z.string()).describe('Names of the versions that were trained on it.'),
});

export const selectionSetListSchema = z.object({ selection_sets: z.array(selectionSetSchema) });

/** Images by address, by key, or by their name in the style’s folder. */
export const selectionSetCreateSchema = z.strictObject({ name: nameSchema, images: imagesSchema.min(1) });

export const selectionSetPatchSchema = z
  .strictObject({ name: nameSchema.optional(), images: imagesSchema.min(1).optional() })
  .refine(({ name, images }) => name !== undefined || images !== undefined, 'name what is to change');

export const selectionSetParamsSchema = z.object({
  id: subjectIdSchema,
  set_id: z.coerce.number().int().min(0),
});
