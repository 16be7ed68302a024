import type { ObjectStore } from '../../ports/storage/object-store.ts';

/** An opened port and how to close it; what it holds is gone afterwards. */
export interface PortHandle<Port> {
  readonly port: Port;
  readonly close: () => Promise<void>;
}

/** A port that keeps documents, and the store they lie in: suites put old documents there and look at new ones. */
export interface PortWithStore<Port> {
  readonly store: ObjectStore;
  readonly documents: Port;
}

/** Puts a JSON document into the store. */
export async function putJson(store: ObjectStore, key: string, json: unknown): Promise<void> {
  await store.put(key, typeof json === 'string' ? json : JSON.stringify(json));
}

/** Reads a JSON document of the store. */
export async function getJson(store: ObjectStore, key: string): Promise<unknown> {
  const found = await store.get(key);
  return found && JSON.parse(new TextDecoder().decode(found.body));
}
