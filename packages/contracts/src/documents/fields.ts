import { z } from 'zod';

/** Id in a stored document. A number is read as its digits: 19 becomes `19`, not `0019`. */
export const idField = z.union([z.string().min(1), z.number().transform(String)]);

/** Field that may be absent or, in older files, `null`. Both are read as undefined. */
export function optionalField<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** Class of a failure. */
export const failureClassSchema = z.enum([
  'provider',
  'timeout',
  'out_of_memory',
  'data',
  'configuration',
  'unknown',
]);

/** Flag that older files may lack. An absent flag is read as false. */
export const flagField = z.boolean().nullish().transform(Boolean);
