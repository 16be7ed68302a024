import {
  CorruptDocumentError,
  type EntryFault,
  type ObjectStore,
  PreconditionFailedError,
} from '@trainyard/application';
import { isLine } from '@trainyard/contracts';
import pRetry from 'p-retry';
import { parseLenientJson, stringifyLenientJson } from './lenient-json.ts';

/** A JSON object with known and unknown fields; unknown fields are kept. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A stored JSON document and its ETag. */
export interface Document {
  readonly etag: string;
  readonly json: unknown;
}

/** Result of a change to a document; without `json` the document is not written. */
export interface Change<T> {
  readonly result: T;
  readonly json?: unknown;
}

/**
 * Reads a JSON document; undefined if it does not exist. Throws {@link CorruptDocumentError} for invalid
 * JSON.
 */
export async function readDocument(store: ObjectStore, key: string): Promise<Document | undefined> {
  const found = await store.get(key);
  return found && { etag: found.etag, json: parseJson(key, found.body) };
}

function parseJson(key: string, body: Uint8Array): unknown {
  try {
    return parseLenientJson(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw new CorruptDocumentError(key, `not JSON (${error instanceof Error ? error.message : error})`);
  }
}

/**
 * Changes a document by compare-and-swap. After a concurrent write `change` is called again with the new
 * document, up to 100 retries; it must therefore be pure. Errors of `change` are thrown without a write.
 * Throws {@link CorruptDocumentError} for a document that is not JSON, and leaves it unchanged.
 */
export async function updateDocument<T>(
  store: ObjectStore,
  key: string,
  change: (json: unknown) => Change<T>,
): Promise<T> {
  return pRetry(() => tryUpdate(store, key, change), {
    retries: 100,
    minTimeout: 2,
    maxTimeout: 250,
    factor: 1.3,
    randomize: true,
    shouldRetry: ({ error }) => error instanceof PreconditionFailedError,
  });
}

async function tryUpdate<T>(
  store: ObjectStore,
  key: string,
  change: (json: unknown) => Change<T>,
): Promise<T> {
  const current = await readDocument(store, key);
  const { result, json } = change(current?.json);
  if (json === undefined) return result;
  const condition = current ? { ifMatch: current.etag } : ({ ifAbsent: true } as const);
  await store.put(key, `${stringifyLenientJson(json)}\n`, { condition, contentType: 'application/json' });
  return result;
}

interface CachedValue<T> {
  readonly etag: string | undefined;
  readonly value: T;
}

/**
 * Returns a function that reads and parses a document once per ETag: a HEAD verifies the cached value.
 * Concurrent callers share a read.
 */
export function createCachedDocument<T>(
  store: ObjectStore,
  key: string,
  parse: (json: unknown) => T,
): () => Promise<T> {
  let cached: CachedValue<T> | undefined;
  let reading: { readonly etag: string | undefined; readonly answer: Promise<T> } | undefined;
  const read = async (): Promise<T> => {
    const found = await readDocument(store, key);
    cached = { etag: found?.etag, value: parse(found?.json) };
    return cached.value;
  };
  return async () => {
    const head = await store.head(key);
    if (cached && cached.etag === head?.etag) return cached.value;
    if (reading && reading.etag === head?.etag) return reading.answer;
    const current = { etag: head?.etag, answer: read() };
    reading = current;
    return current.answer.finally(() => {
      if (reading === current) reading = undefined;
    });
  };
}

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

/** Location of an entry: the key of its document, and its name there. */
export interface EntryPart {
  readonly key: string;
  readonly part: string;
  /** Receives each value that was converted without loss, such as "15" for 15. */
  readonly conversions?: EntryFault[] | undefined;
}

/** Names an entry by its position and, if it has a printable id, by its id: `actor 2 (0019)`. */
export function toPart(kind: string, entry: unknown, index: number): string {
  const id = isObject(entry) ? getId(entry) : undefined;
  return id !== undefined && isLine(id)
    ? `${kind} ${index + 1} (${id.slice(0, 80)})`
    : `${kind} ${index + 1}`;
}

/** Parses a part of a document. Throws {@link CorruptDocumentError} with the field at fault. */
export function parsePart<T>(schema: Schema<T>, value: unknown, where: EntryPart): T {
  if (isObject(value) && nonObjects.has(value))
    throw new CorruptDocumentError(where.key, `${where.part} is not an object`);
  const parsed = schema.safeParse(value);
  if (parsed.success) {
    recordConversions(where, value, parsed.data);
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  const path = [where.part, ...(issue?.path ?? []).map(String)].filter((part) => part !== '').join('.');
  throw new CorruptDocumentError(where.key, `${path}: ${issue?.message ?? 'invalid'}`);
}

/** Records each value of known fields whose type differs after parsing. */
function recordConversions(where: EntryPart, raw: unknown, parsed: unknown): void {
  const { key, part, conversions } = where;
  if (!conversions || !isObject(raw) || !isObject(parsed)) return;
  for (const [name, value] of Object.entries(raw)) {
    const [read, path] = [parsed[name], `${part}.${name}`];
    if (isObject(value)) recordConversions({ ...where, part: path }, value, read);
    else if (name !== 'id' && isConversion(value, read))
      conversions.push({ key, fault: `${key}: ${path}: ${JSON.stringify(value)} is read as ${read}` });
  }
}

function isConversion(raw: unknown, read: unknown): boolean {
  return raw !== null && read !== undefined && typeof raw !== 'object' && typeof raw !== typeof read;
}

/**
 * Reads the list; a missing document has an empty list. Throws {@link CorruptDocumentError} if the document
 * has no list.
 */
export function readList(location: ListLocation, json: unknown): DocumentList {
  if (json === undefined) return { items: [], withItems: location.create };
  if (Array.isArray(json)) return { items: toEntries(json), withItems: fromEntries };
  if (!isObject(json)) throw new CorruptDocumentError(location.key, 'neither a list nor an object');
  const name = location.names.find((candidate) => candidate in json) ?? location.names[0];
  const list = json[name] ?? [];
  if (!Array.isArray(list)) throw new CorruptDocumentError(location.key, `${name} is not a list`);
  return { items: toEntries(list), withItems: (items) => ({ ...json, [name]: fromEntries(items) }) };
}

/** Values in lists of objects that are no objects, by the empty object that takes their place while a list is changed. */
const nonObjects = new WeakMap<JsonObject, unknown>();

/** Returns the entries of a list. A value that is no object becomes an unreadable entry, which {@link fromEntries} restores. */
export function toEntries(list: readonly unknown[]): readonly JsonObject[] {
  return list.map((value) => {
    if (isObject(value)) return value;
    const entry = {};
    nonObjects.set(entry, value);
    return entry;
  });
}

/** Returns the list to write for its entries. */
export function fromEntries(entries: readonly JsonObject[]): readonly unknown[] {
  return entries.map((entry) => (nonObjects.has(entry) ? nonObjects.get(entry) : entry));
}

/** The readable entries of a list, and the faults of the others. */
export interface ParsedEntries<T> {
  readonly items: readonly T[];
  readonly faults: readonly EntryFault[];
}

/** Parses each entry for itself: an unreadable entry is reported and leaves the others readable. */
export function parseEntries<T>(
  key: string,
  entries: readonly JsonObject[],
  parse: (entry: JsonObject, index: number) => T,
): ParsedEntries<T> {
  const faults: EntryFault[] = [];
  const items = entries.flatMap((entry, index) => {
    try {
      return [parse(entry, index)];
    } catch (error) {
      if (!(error instanceof CorruptDocumentError)) throw error;
      const id = getId(entry);
      faults.push({ key, ...(id !== undefined && { id }), fault: error.message });
      return [];
    }
  });
  return { items, faults };
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
