import { CorruptDocumentError, type ObjectStore, PreconditionFailedError } from '@trainyard/application';
import pRetry from 'p-retry';
/** A JSON object of which we know some fields only. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A stored JSON document and the ETag it was read under. */
export interface Document {
  readonly etag: string;
  readonly json: unknown;
}

/** What a change makes of a document; without `json` nothing is written. */
export interface Change<T> {
  readonly result: T;
  readonly json?: unknown;
}

/** Reads a JSON document; undefined when there is none. Throws {@link CorruptDocumentError}. */
export async function readDocument(store: ObjectStore, key: string): Promise<Document | undefined> {
  const found = await store.get(key);
  return found && { etag: found.etag, json: parseJson(key, found.body) };
}

function parseJson(key: string, body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw new CorruptDocumentError(key, `not JSON (${error instanceof Error ? error.message : error})`);
  }
}

/**
 * Changes a document by compare-and-swap: when another writer was faster, `change` is asked again with what that
 * one wrote. It must therefore be pure; what it throws ends the call. A document that cannot be read is left alone.
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
  await store.put(key, `${JSON.stringify(json, null, 2)}\n`, { condition, contentType: 'application/json' });
  return result;
}

interface CachedValue<T> {
  readonly etag: string | undefined;
  readonly value: T;
}

/**
 * Reads and understands a document, once per ETag: a HEAD tells whether what is remembered still holds. Of many who
 * ask while it is read anew, one reads.
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
