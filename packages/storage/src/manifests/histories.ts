import {
  CorruptDocumentError,
  type Manifests,
  type ObjectStore,
  type VersionFacts,
} from '@trainyard/application';
import pLimit from 'p-limit';
import { readDocument } from '../documents/document.ts';
import { parseManifest, parseVersion } from './manifest.ts';

const PREFIX = 'data/actor_manifests/';
const SUFFIX = '_manifest.json';
/** Concurrent requests to the object store. */
const CONCURRENCY = 16;

type HistoryFacts = readonly VersionFacts[] | CorruptDocumentError;

/**
 * Returns a function that reads the versions of many actors. It lists the manifests with their ETags first
 * and reads only those that changed, so that a repeated call for 10 000 actors costs a single listing. A
 * corrupt manifest is returned as its error.
 */
export function createHistories(store: ObjectStore): Manifests['listVersionsByActor'] {
  const cache = new Map<string, { readonly etag: string; readonly facts: HistoryFacts }>();
  const getFacts = async (id: string, key: string, etag: string): Promise<HistoryFacts> => {
    const cached = cache.get(key);
    if (cached?.etag === etag) return cached.facts;
    const facts = await readFacts(store, id, key);
    cache.set(key, { etag, facts });
    return facts;
  };
  return async (actorIds) => {
    const limit = pLimit(CONCURRENCY);
    const etags = await readEtags(store, actorIds.map(toActorManifestKey));
    const histories = actorIds.map((id) => {
      const key = toActorManifestKey(id);
      const etag = etags.get(key);
      return limit(async () => [id, etag === undefined ? [] : await getFacts(id, key, etag)] as const);
    });
    return new Map(await Promise.all(histories));
  };
}

/** Returns the key of an actor's manifest. */
export function toActorManifestKey(id: string): string {
  return `${PREFIX}${id}${SUFFIX}`;
}

async function readFacts(store: ObjectStore, id: string, key: string): Promise<HistoryFacts> {
  try {
    const json = (await readDocument(store, key))?.json;
    const manifest = parseManifest(key, { kind: 'actor', id }, json);
    return manifest.versions.map((entry) => {
      const { status, good, judged, data_digest, attempt_deadline } = parseVersion(manifest, entry);
      return {
        status,
        good,
        ...(judged !== undefined && { judged }),
        ...(data_digest !== undefined && { data_digest }),
        ...(attempt_deadline !== undefined && { attempt_deadline }),
      };
    });
  } catch (error) {
    if (error instanceof CorruptDocumentError) return error;
    throw error;
  }
}

/** Up to this number of actors a HEAD per manifest is cheaper than a listing of all manifests. */
const MAX_HEAD_REQUESTS = 64;

/** ETag of each existing manifest, by key. */
async function readEtags(store: ObjectStore, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const etags = new Map<string, string>();
  if (keys.length > MAX_HEAD_REQUESTS) {
    for await (const { key, etag } of store.list(PREFIX)) etags.set(key, etag);
    return etags;
  }
  const limit = pLimit(CONCURRENCY);
  const heads = await Promise.all(keys.map((key) => limit(() => store.head(key))));
  for (const head of heads) if (head) etags.set(head.key, head.etag);
  return etags;
}
