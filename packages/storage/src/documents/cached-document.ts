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
  understand: (json: unknown) => T,
): () => Promise<T> {
  let known: CachedValue<T> | undefined;
  let reading: { readonly etag: string | undefined; readonly answer: Promise<T> } | undefined;
  const read = async (): Promise<T> => {
    const found = await readDocument(store, key);
    known = { etag: found?.etag, value: understand(found?.json) };
    return known.value;
  };
  return async () => {
    const head = await store.head(key);
    if (known && known.etag === head?.etag) return known.value;
    if (reading && reading.etag === head?.etag) return reading.answer;
    const mine = { etag: head?.etag, answer: read() };
    reading = mine;
    return mine.answer.finally(() => {
      if (reading === mine) reading = undefined;
    });
  };
}
