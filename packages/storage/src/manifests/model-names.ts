import { CorruptDocumentError, type NamedModel, type ObjectStore } from '@trainyard/application';
import { omitUndefined, type Subject } from '@trainyard/domain';
import pLimit from 'p-limit';
import { type JsonObject, readDocument } from '../document.ts';
import { getText, parseManifest } from './manifest.ts';

/** Concurrent requests to the object store. */
const CONCURRENCY = 16;

/** A stored manifest: its key, its version, and its subject. */
export interface StoredManifest {
  readonly key: string;
  readonly etag: string;
  readonly subject: Subject;
}

/**
 * Returns a function that reads the models that manifests name. A manifest is read once per ETag, and a corrupt
 * manifest names none, so that its fault concerns its own subject alone.
 */
export function createModelNames(
  store: ObjectStore,
  listManifests: () => AsyncIterable<StoredManifest>,
): () => Promise<readonly NamedModel[]> {
  const cache = new Map<string, { readonly etag: string; readonly models: readonly NamedModel[] }>();
  const read = async (manifest: StoredManifest): Promise<readonly NamedModel[]> => {
    const { key, etag } = manifest;
    const cached = cache.get(key);
    if (cached?.etag === etag) return cached.models;
    const models = await readModels(store, manifest);
    cache.set(key, { etag, models });
    return models;
  };
  return async () => {
    const limit = pLimit(CONCURRENCY);
    const pending: Promise<readonly NamedModel[]>[] = [];
    for await (const manifest of listManifests()) pending.push(limit(() => read(manifest)));
    return (await Promise.all(pending)).flat();
  };
}

async function readModels(store: ObjectStore, { key, subject }: StoredManifest) {
  try {
    const { versions, models } = parseManifest(key, subject, (await readDocument(store, key))?.json);
    return [...versions, ...models].map(toNamedModel).filter(({ addresses }) => addresses.length > 0);
  } catch (error) {
    if (error instanceof CorruptDocumentError) return [];
    throw error;
  }
}

function toNamedModel(entry: JsonObject): NamedModel {
  const trainingId = getText(entry, 'training_id');
  const addresses = [getText(entry, 'loraUrl'), getText(entry, 'output_key')];
  return { ...omitUndefined({ trainingId }), addresses: addresses.filter((each) => each !== undefined) };
}
