import {
  CorruptDocumentError,
  type Manifests,
  type ObjectStore,
  SubjectAmbiguousError,
  type VersionEntry,
  type VersionFacts,
} from '@trainyard/application';
import { omitUndefined, toSubjectId } from '@trainyard/domain';
import pLimit from 'p-limit';
import { readDocument } from '../document.ts';
import { assertReadable, parseManifest, parseVersions } from './manifest.ts';
import { ACTOR_MANIFESTS, assertEqualFiles, listActorManifestKeys } from './manifest-files.ts';

/** Concurrent requests to the object store. */
const CONCURRENCY = 16;

type HistoryFacts = readonly VersionFacts[] | CorruptDocumentError | SubjectAmbiguousError;

/** A file of an actor's manifest in a listing. */
interface ListedFile {
  readonly key: string;
  readonly etag: string;
}

/**
 * Returns a function that reads the versions of many actors. It lists the manifests with their ETags first
 * and reads only those that changed, so that a repeated call for 10 000 actors costs a single listing. A
 * corrupt or ambiguous manifest is returned as its error.
 */
export function createHistories(store: ObjectStore): Manifests['listVersionsByActor'] {
  const cache = new Map<string, { readonly etags: string; readonly facts: HistoryFacts }>();
  const getFacts = async (id: string, files: readonly ListedFile[]): Promise<HistoryFacts> => {
    if (files.length === 0) return [];
    const etags = JSON.stringify(files);
    const cached = cache.get(id);
    if (cached?.etags === etags) return cached.facts;
    const facts = await readFacts(store, id, files);
    cache.set(id, { etags, facts });
    return facts;
  };
  return async (actorIds) => {
    const limit = pLimit(CONCURRENCY);
    const keys = actorIds.map((id) => [id, listActorManifestKeys(id)] as const);
    const etags = await readEtags(
      store,
      keys.flatMap(([, each]) => each),
    );
    const histories = keys.map(([id, each]) => {
      const files = each.flatMap((key) => {
        const etag = etags.get(key);
        return etag === undefined ? [] : [{ key, etag }];
      });
      return limit(async () => [id, await getFacts(toSubjectId('actor', id), files)] as const);
    });
    return new Map(await Promise.all(histories));
  };
}

async function readFacts(
  store: ObjectStore,
  id: string,
  files: readonly ListedFile[],
): Promise<HistoryFacts> {
  try {
    const read = await Promise.all(
      files.map(async ({ key }) => ({ key, json: (await readDocument(store, key))?.json })),
    );
    assertEqualFiles(read);
    const { key = '', json } = read[0] ?? {};
    const { items, faults } = parseVersions(parseManifest(key, { kind: 'actor', id }, json));
    // An unreadable version may be a live run or a finished one: its actor is not trained again by itself.
    assertReadable(faults);
    return items.map(toFacts);
  } catch (error) {
    if (error instanceof CorruptDocumentError || error instanceof SubjectAmbiguousError) return error;
    throw error;
  }
}

function toFacts({
  name,
  timestamp,
  status,
  good,
  judged,
  data_digest,
  attempt_deadline,
  failure,
}: VersionEntry): VersionFacts {
  return {
    name,
    timestamp,
    status,
    good,
    ...omitUndefined({ judged, data_digest, attempt_deadline, failure }),
  };
}

/** Up to this number of files a HEAD per file is cheaper than a listing of all manifests. */
const MAX_HEAD_REQUESTS = 64;

/** ETag of each existing manifest, by key. */
async function readEtags(store: ObjectStore, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const etags = new Map<string, string>();
  if (keys.length > MAX_HEAD_REQUESTS) {
    for await (const { key, etag } of store.list(ACTOR_MANIFESTS)) etags.set(key, etag);
    return etags;
  }
  const limit = pLimit(CONCURRENCY);
  const heads = await Promise.all(keys.map((key) => limit(() => store.head(key))));
  for (const head of heads) if (head) etags.set(head.key, head.etag);
  return etags;
}
