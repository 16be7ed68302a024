import type { ObjectStore } from '@trainyard/application';
import { readDocument } from './document.ts';

/** Reads and understands a document, once per ETag: a HEAD tells whether what is remembered still holds. */
export function cachedDocument<T>(
  store: ObjectStore,
  key: string,
  understand: (json: unknown) => T,
): () => Promise<T> {
  let known: { readonly etag: string | undefined; readonly value: T } | undefined;
  return async () => {
    const head = await store.head(key);
    if (known && known.etag === head?.etag) return known.value;
    const found = await readDocument(store, key);
    known = { etag: found?.etag, value: understand(found?.json) };
    return known.value;
  };
}
