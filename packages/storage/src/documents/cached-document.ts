import type { ObjectStore } from '@trainyard/application';
import { readDocument } from './document.ts';

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
