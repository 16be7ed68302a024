import { isDeepStrictEqual } from 'node:util';
import {
  type Catalogue,
  CorruptDocumentError,
  type EntryFault,
  type Manifests,
  type ObjectStore,
  SubjectAmbiguousError,
  type VersionEntry,
  type VersionFacts,
} from '@trainyard/application';
import { omitUndefined, type Subject, toSubjectId } from '@trainyard/domain';
import pLimit from 'p-limit';
import { assertId, createStyleFolders } from '../catalogue/style-folder.ts';
import { type JsonObject, readDocument, updateDocument } from '../document.ts';
import { finalizeEntry, type ManifestChange, openEntry, setLiveStatus } from './entries.ts';
import { getGoodFlags, markVersionGood, setDataFlag, setModelsFlag } from './good-flags.ts';
import { mergeManifest, upsertEntry } from './legacy-entries.ts';
import {
  listTakenNames,
  type Manifest,
  parseManifest,
  parseVersions,
  parseWrittenVersion,
  toDocument,
} from './manifest.ts';
import {
  ACTOR_MANIFESTS,
  assertEqualFiles,
  listActorManifestKeys,
  type ManifestFile,
  parseActorManifestKey,
  readActorFile,
  updateCopies,
} from './manifest-files.ts';
import { createModelNames, type StoredManifest } from './model-names.ts';

/**
 * Stores the manifest of each subject in an object store: an actor's in `data/actor_manifests/{id}_manifest.json`, under
 * the spelling of the id that the file has, a
 * style's in the `training_versions.json` of its folder (docs/compatibility.md). Every write is a compare-and-swap.
 * Throws CorruptDocumentError for a document that is no manifest, and never overwrites it; unreadable entries are kept.
 */
export function createManifests(
  store: ObjectStore,
  catalogue: Pick<Catalogue, 'listStyles' | 'findActor'>,
): Manifests {
  const { read, update, getStyleKey } = createManifestDocuments(store, catalogue);
  const write = (subject: Subject, change: (manifest: Manifest) => ManifestChange): Promise<VersionEntry> =>
    update(subject, (before) => {
      const { manifest, entry } = change(before);
      return { result: parseWrittenVersion(manifest, entry), document: toDocument(manifest) };
    });
  const setFlag = (subject: Subject, change: (manifest: Manifest) => Manifest): Promise<void> =>
    update(subject, (manifest) => ({ result: undefined, document: toDocument(change(manifest)) }));
  return {
    listVersions: async (subject, options) => {
      const { items, faults } = parseVersions(await read(subject));
      if (options?.strict) assertReadable(faults);
      return items;
    },
    listFaults: async (subject) => parseVersions(await read(subject)).faults,
    listTakenNames: async (subject) => listTakenNames(await read(subject)),
    listVersionsByActor: createHistories(store),
    listModels: createModelNames(store, () => listManifests(store, catalogue, getStyleKey)),
    openVersion: (subject, version, toOutputKey) =>
      write(subject, (manifest) => openEntry(manifest, version, toOutputKey)),
    finalizeVersion: (subject, version) => write(subject, (manifest) => finalizeEntry(manifest, version)),
    setLiveStatus: (subject, live) => update(subject, (manifest) => setLiveStatus(manifest, live)),
    setGood: (subject, id, good) => write(subject, (manifest) => markVersionGood(manifest, id, good)),
    setTrainingDataGood: (subject, good) => setFlag(subject, (manifest) => setDataFlag(manifest, good)),
    getGoodFlags: async (subject) => getGoodFlags(await read(subject)),
    setCustomModelsGood: (subject, good) => setFlag(subject, (manifest) => setModelsFlag(manifest, good)),
    mergeManifest: (subject, source) =>
      update(subject, (manifest) => mergeManifest(manifest, source), subject.id),
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
  readonly getStyleKey: (id: string) => Promise<string>;
  readonly read: (subject: Subject) => Promise<Manifest>;
  /** A new manifest of an actor takes the spelling of the catalogue, or `newSpelling`. */
  readonly update: <T>(
    subject: Subject,
    change: (manifest: Manifest) => DocumentChange<T>,
    newSpelling?: string,
  ) => Promise<T>;
}

function createManifestDocuments(
  store: ObjectStore,
  catalogue: Pick<Catalogue, 'listStyles' | 'findActor'>,
): ManifestDocuments {
  const getFolder = createStyleFolders(store, catalogue);
  const getStyleKey = async (id: string): Promise<string> => {
    assertId(id);
    return `${await getFolder(id)}training_versions.json`;
  };
  const readFile = async ({ kind, id }: Subject, newSpelling?: string): Promise<ManifestFile> => {
    if (kind === 'actor') return readActorFile(store, catalogue, id, newSpelling);
    const key = await getStyleKey(id);
    return { key, json: (await readDocument(store, key))?.json, copies: [] };
  };
  return {
    getStyleKey,
    read: async (subject) => {
      const { key, json } = await readFile(subject);
      return parseManifest(key, subject, json);
    },
    update: async (subject, change, newSpelling) => {
      const file = await readFile(subject, newSpelling);
      const known: unknown[] = [file.json];
      const result = await updateDocument(store, file.key, (json) => {
        const { result, document } = change(parseManifest(file.key, subject, json));
        known.push(json, document);
        return document === undefined || isDeepStrictEqual(document, json)
          ? { result }
          : { result, json: document };
      });
      await updateCopies(store, file, known);
      return result;
    },
  };
}

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
function createHistories(store: ObjectStore): Manifests['listVersionsByActor'] {
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

/** Lists the stored manifests of all actors, also of those that the catalogue no longer has, and of all styles. */
async function* listManifests(
  store: ObjectStore,
  catalogue: Pick<Catalogue, 'listStyles'>,
  getStyleKey: ManifestDocuments['getStyleKey'],
): AsyncIterable<StoredManifest> {
  for await (const { key, etag } of store.list(ACTOR_MANIFESTS)) {
    const subject = parseActorManifestKey(key);
    if (subject) yield { key, etag, subject };
  }
  for (const { id } of await catalogue.listStyles()) {
    const subject = { kind: 'style', id } as const;
    const head = await store.head(await getStyleKey(id));
    if (head) yield { key: head.key, etag: head.etag, subject };
  }
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
  status,
  good,
  judged,
  data_digest,
  attempt_deadline,
  failure,
}: VersionEntry): VersionFacts {
  return { status, good, ...omitUndefined({ judged, data_digest, attempt_deadline, failure }) };
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
