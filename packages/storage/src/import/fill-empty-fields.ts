import type { JsonObject } from '../documents/document.ts';
import { isObject } from '../documents/parse.ts';

/** A field that says nothing may be filled; false and 0 say something. */
export const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** What of this the other lacks, also inside of fields that both have. Without such, the same object comes back. */
export const fillEmptyFields = (
  known: JsonObject,
  given: JsonObject,
  protectedFields: readonly string[] = [],
): JsonObject => {
  const fields = Object.entries(given).flatMap(([name, value]): readonly (readonly [string, unknown])[] => {
    const knownValue = known[name];
    if (protectedFields.includes(name) || isEmpty(value)) return [];
    if (isEmpty(knownValue)) return [[name, value]];
    if (!isObject(knownValue) || !isObject(value)) return [];
    const filled = fillEmptyFields(knownValue, value);
    return filled === knownValue ? [] : [[name, filled]];
  });
  return fields.length === 0 ? known : { ...known, ...Object.fromEntries(fields) };
};

/** The names of the fields that were filled. */
export const listChangedFields = (before: JsonObject, after: JsonObject): string =>
  Object.keys(after)
    .filter((name) => after[name] !== before[name])
    .join(', ');
