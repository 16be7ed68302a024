import { isDeepStrictEqual } from 'node:util';
import {
  type Catalogue,
  CorruptDocumentError,
  type EntryFault,
  type Manifests,
  type ObjectStore,
  type VersionEntry,
  type VersionFacts,
} from '@trainyard/application';
import type { Subject } from '@trainyard/domain';
import pLimit from 'p-limit';
import { assertId, createStyleFolders } from '../catalogue/style-folder.ts';
import { type JsonObject, readDocument, updateDocument } from '../document.ts';
import { finalizeEntry, type ManifestChange, openEntry } from './entries.ts';
import { getGoodFlags, markVersionGood } from './good-flags.ts';
import { mergeManifest, upsertEntry } from './legacy-entries.ts';
import {
  listTakenNames,
  type Manifest,
  parseManifest,
  parseVersions,
  parseWrittenVersion,
  toDocument,
} from './manifest.ts';
import { createModelNames, type StoredManifest } from './model-names.ts';

/**
 * Stores the manifest of each subject in an object store: an actor's in `data/actor_manifests/{id}_manifest.json`, a
 * style's in the `training_versions.json` of its folder (docs/compatibility.md). Every write is a compare-and-swap.
 * Throws CorruptDocumentError for a document that is no manifest, and never overwrites it; unreadable entries are kept.
 */
export function createManifests(store: ObjectStore, catalogue: Pick<Catalogue, 'listStyles'>): Manifests {
  const { read, update, getKey } = createManifestDocuments(store, catalogue);
  const write = (subject: Subject, change: (manifest: Manifest) => ManifestChange): Promise<VersionEntry> =>
    update(subject, (before) => {
      const { manifest, entry } = change(before);
      return { result: parseWrittenVersion(manifest, entry), document: toDocument(manifest) };
    });
  return {
    listVersions: async (subject, options) => {
      const { items, faults } = parseVersions(await read(subject));
      if (options?.strict) assertReadable(faults);
      return items;
    },
    listFaults: async (subject) => parseVersions(await read(subject)).faults,
    listTakenNames: async (subject) => listTakenNames(await read(subject)),
    listVersionsByActor: createHistories(store),
    listModels: createModelNames(store, () => listManifests(store, catalogue, getKey)),
    openVersion: (subject, version, toOutputKey) =>
      write(subject, (manifest) => openEntry(manifest, version, toOutputKey)),
    finalizeVersion: (subject, version) => write(subject, (manifest) => finalizeEntry(manifest, version)),
    setGood: (subject, id, good) => write(subject, (manifest) => markVersionGood(manifest, id, good)),
    setTrainingDataGood: (subject, good) =>
      update(subject, (manifest) =>
        getGoodFlags(manifest).trainingDataGood === good
          ? { result: undefined }
          : { result: undefined, document: { ...toDocument(manifest), training_data_good: good } },
      ),
    getGoodFlags: async (subject) => getGoodFlags(await read(subject)),
    mergeManifest: (subject, source, { dryRun }) =>
      update(subject, (manifest) => {
        const { document, notes } = mergeManifest(manifest, source);
        return dryRun ? { result: notes } : { result: notes, document };
      }),
    upsertVersion: (subject, entry, nowIso) =>
      write(subject, (manifest) => upsertEntry(manifest, entry, nowIso)),
  };
}

/** Throws CorruptDocumentError for the first unreadable entry. */
function assertReadable([fault]: readonly EntryFault[]): void {
  if (fault) throw new CorruptDocumentError(fault.key, fault.fault.replace(`${fault.key}: `, ''));
}

/**
 * Result of a change to a manifest; without `document`, or with an equal document, the object is not written.
 */
interface DocumentChange<T> {
  readonly result: T;
  readonly document?: JsonObject;
}

interface ManifestDocuments {
  readonly getKey: (subject: Subject) => Promise<string>;
  readonly read: (subject: Subject) => Promise<Manifest>;
  readonly update: <T>(subject: Subject, change: (manifest: Manifest) => DocumentChange<T>) => Promise<T>;
}

function createManifestDocuments(
  store: ObjectStore,
  catalogue: Pick<Catalogue, 'listStyles'>,
): ManifestDocuments {
  const getFolder = createStyleFolders(store, catalogue);
  const getKey = async ({ kind, id }: Subject): Promise<string> => {
    assertId(id);
    return kind === 'actor' ? toActorManifestKey(id) : `${await getFolder(id)}training_versions.json`;
  };
  return {
    getKey,
    read: async (subject) => {
      const key = await getKey(subject);
      return parseManifest(key, subject, (await readDocument(store, key))?.json);
    },
    update: async (subject, change) => {
      const key = await getKey(subject);
      return updateDocument(store, key, (json) => {
        const { result, document } = change(parseManifest(key, subject, json));
        return document === undefined || isDeepStrictEqual(document, json)
          ? { result }
          : { result, json: document };
      });
    },
  };
}

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
function createHistories(store: ObjectStore): Manifests['listVersionsByActor'] {
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

/** Lists the stored manifests of all actors, also of those that the catalogue no longer has, and of all styles. */
async function* listManifests(
  store: ObjectStore,
  catalogue: Pick<Catalogue, 'listStyles'>,
  getKey: ManifestDocuments['getKey'],
): AsyncIterable<StoredManifest> {
  for await (const { key, etag } of store.list(PREFIX)) {
    const id = key.slice(PREFIX.length, -SUFFIX.length);
    if (key.endsWith(SUFFIX)) yield { key, etag, subject: { kind: 'actor', id } };
  }
  for (const { id } of await catalogue.listStyles()) {
    const subject = { kind: 'style', id } as const;
    const head = await store.head(await getKey(subject));
    if (head) yield { key: head.key, etag: head.etag, subject };
  }
}

/** Returns the key of an actor's manifest. */
function toActorManifestKey(id: string): string {
  return `${PREFIX}${id}${SUFFIX}`;
}

async function readFacts(store: ObjectStore, id: string, key: string): Promise<HistoryFacts> {
  try {
    const json = (await readDocument(store, key))?.json;
    const { items, faults } = parseVersions(parseManifest(key, { kind: 'actor', id }, json));
    // An unreadable version may be a live run or a finished one: its actor is not trained again by itself.
    assertReadable(faults);
    return items.map(({ status, good, judged, data_digest, attempt_deadline, failure }) => ({
      status,
      good,
      ...(judged !== undefined && { judged }),
      ...(data_digest !== undefined && { data_digest }),
      ...(attempt_deadline !== undefined && { attempt_deadline }),
      ...(failure && { failure }),
    }));
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
