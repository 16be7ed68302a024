import type { JsonObject } from '../documents/document.ts';
import { isObject } from '../documents/parse.ts';

/** What of this the other lacks, also inside of fields that both have. Without such, the same object comes back. */
export function fillEmptyFields(
  known: JsonObject,
  given: JsonObject,
  protectedFields: readonly string[] = [],
): JsonObject {
  const fields = Object.entries(given).flatMap(([name, value]): readonly (readonly [string, unknown])[] => {
    const knownValue = known[name];
    if (protectedFields.includes(name) || isEmpty(value)) return [];
    if (isEmpty(knownValue)) return [[name, value]];
    if (!isObject(knownValue) || !isObject(value)) return [];
    const filled = fillEmptyFields(knownValue, value);
    return filled === knownValue ? [] : [[name, filled]];
  });
  return fields.length === 0 ? known : { ...known, ...Object.fromEntries(fields) };
}

/** A field that says nothing may be filled; false and 0 say something. */
export function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

/** The names of the fields that were filled. */
export function listChangedFields(before: JsonObject, after: JsonObject): string {
  return Object.keys(after)
    .filter((name) => after[name] !== before[name])
    .join(', ');
}
