import type { ObjectStore } from '../../ports/storage/object-store.ts';

/** An opened port; `close` deletes its data. */
export interface PortHandle<Port> {
  readonly port: Port;
  readonly close: () => Promise<void>;
}

/** A port of documents with its object store, in which the cases write and read documents directly. */
export interface PortWithStore<Port> {
  readonly store: ObjectStore;
  readonly documents: Port;
}

/** Writes a JSON document. */
export async function putJson(store: ObjectStore, key: string, json: unknown): Promise<void> {
  await store.put(key, typeof json === 'string' ? json : JSON.stringify(json));
}

/** Reads a JSON document; undefined if it does not exist. */
export async function getJson(store: ObjectStore, key: string): Promise<unknown> {
  const found = await store.get(key);
  return found && JSON.parse(new TextDecoder().decode(found.body));
}
