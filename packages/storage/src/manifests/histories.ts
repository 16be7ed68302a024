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
/** How many manifests are read together. */
const CONCURRENCY = 16;

type HistoryFacts = readonly VersionFacts[] | CorruptDocumentError;

/**
 * Reads the histories of many actors. First is asked which manifests there are and which changed; only these are read,
 * so that asking again for ten thousand actors costs one listing.
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

/** Where the manifest of an actor lies. */
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

/** Up to so many are asked for one by one; for more a listing of all is the shorter way. */
const MAX_HEAD_REQUESTS = 64;

/** ETag by key of those of these manifests that there are. */
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
