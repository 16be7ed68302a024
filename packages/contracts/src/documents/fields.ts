import { z } from 'zod';

/** Ids are text; a number in an old file is read as its digits (19, not 0019). */
export const idField = z.union([z.string().min(1), z.number().transform(String)]);

/** Old files say `null` where newer ones leave a field out. */
export function optionalField<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** A flag that old files may lack. */
export const flagField = z.boolean().nullish().transform(Boolean);
