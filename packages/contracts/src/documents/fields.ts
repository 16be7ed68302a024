import { z } from 'zod';
import { keyNameSchema } from '../http/text.ts';

/*
 * Fields of stored documents. Other tools and people write these documents too, so that a value that converts without loss
 * is read ("15" as 15, "true" as true, 7 as "7"); anything else makes its entry unreadable (docs/catalogue.md).
 */

/** Id of a subject. A number is read as its digits: 19 becomes `19`, not `0019`. */
export const idField = z.union([z.string(), z.number().transform(String)]).pipe(keyNameSchema());

/** Names the value that a field does not accept: `"fifteen" is not a number`. Lists and objects are not repeated. */
function nameValue(fault: string) {
  const error = ({ input }: { readonly input?: unknown }): string =>
    ['string', 'number', 'boolean'].includes(typeof input)
      ? `${JSON.stringify(input).slice(0, MAX_SHOWN)} ${fault}`
      : fault;
  return { error };
}

/** Characters of a value in a message. */
const MAX_SHOWN = 60;

/** Text; a number is read as its digits. */
export const textField = z.union([z.string(), z.number().transform(String)], nameValue('is not a text'));

const DECIMAL = /^\s*-?\d+(?:\.\d+)?\s*$/;

/** Number, or its decimal text. */
export const numberField = z.union(
  [z.number(), z.string().regex(DECIMAL).transform(Number)],
  nameValue('is not a number'),
);

/** Integer of at least 0, or its decimal text. */
export const countField = numberField.pipe(z.number().int().nonnegative());

/** Boolean, or `true`, `false`, 0 or 1 in its place. */
export const booleanField = z.union(
  [z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] }), z.literal([0, 1]).transform(Boolean)],
  nameValue('is not true or false'),
);

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
export const flagField = booleanField.nullish().transform(Boolean);
