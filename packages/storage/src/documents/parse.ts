import { CorruptDocumentError } from '@trainyard/application';
import type { JsonObject } from './document.ts';

/** A list of objects in a document; `withItems` returns the document with a different list. */
export interface DocumentList {
  readonly items: readonly JsonObject[];
  withItems(items: readonly JsonObject[]): unknown;
}

/** Where a document holds its list: the document itself, or a field with any of these names. */
export interface ListLocation {
  readonly key: string;
  readonly names: readonly [string, ...string[]];
  /** Builds a new document around the list. */
  readonly create: (items: readonly JsonObject[]) => unknown;
}

/** Parses a part of a document. Throws {@link CorruptDocumentError} with the field at fault. */
export function parsePart<T>(
  schema: Schema<T>,
  value: unknown,
  where: { readonly key: string; readonly part: string },
): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = [where.part, ...(issue?.path ?? []).map(String)].filter((part) => part !== '').join('.');
  throw new CorruptDocumentError(where.key, `${path}: ${issue?.message ?? 'invalid'}`);
}

/**
 * Reads the list; a missing document has an empty list. Throws {@link CorruptDocumentError} if the document
 * has no list of objects.
 */
export function readList(location: ListLocation, json: unknown): DocumentList {
  if (json === undefined) return { items: [], withItems: location.create };
  if (Array.isArray(json)) return { items: assertObjects(location.key, json), withItems: (items) => items };
  if (!isObject(json)) throw new CorruptDocumentError(location.key, 'neither a list nor an object');
  const name = location.names.find((candidate) => candidate in json) ?? location.names[0];
  const list = json[name] ?? [];
  if (!Array.isArray(list)) throw new CorruptDocumentError(location.key, `${name} is not a list`);
  return { items: assertObjects(location.key, list), withItems: (items) => ({ ...json, [name]: items }) };
}

/** Whether a JSON value is an object, not an array or null. */
export function isObject(json: unknown): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** Returns the id of an entry as text; documents contain strings or numbers. */
export function getId(entry: JsonObject): string | undefined {
  const { id } = entry as { readonly id?: unknown };
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}

function assertObjects(key: string, list: readonly unknown[]): readonly JsonObject[] {
  return list.map((item, index) => {
    if (isObject(item)) return item;
    throw new CorruptDocumentError(key, `entry ${index + 1} is not an object`);
  });
}

/** The part of a zod schema that `parsePart` uses. */
interface Schema<T> {
  safeParse(value: unknown):
    | { readonly success: true; readonly data: T }
    | {
        readonly success: false;
        readonly error: {
          readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
        };
      };
}
