import { isDeepStrictEqual } from 'node:util';
import type { Catalogue, Manifests, ObjectStore, VersionEntry } from '@trainyard/application';
import type { Subject } from '@trainyard/domain';
import { assertId, createStyleFolders } from '../catalogue/style-folder.ts';
import { type JsonObject, readDocument, updateDocument } from '../document.ts';
import { finalizeEntry, type ManifestChange, openEntry, setLiveStatus } from './entries.ts';
import { applyVerdicts, getGoodFlags, setDataFlag, setModelsFlag } from './good-flags.ts';
import { createHistories } from './histories.ts';
import { mergeManifest, upsertEntry } from './legacy-entries.ts';
import {
  assertReadable,
  listTakenNames,
  type Manifest,
  parseManifest,
  parseVersions,
  parseWrittenVersion,
  toDocument,
} from './manifest.ts';
import {
  ACTOR_MANIFESTS,
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
    setVerdicts: (subject, verdicts) => update(subject, (manifest) => judgeVersions(manifest, verdicts)),
    setTrainingDataGood: (subject, good) => setFlag(subject, (manifest) => setDataFlag(manifest, good)),
    getGoodFlags: async (subject) => getGoodFlags(await read(subject)),
    setCustomModelsGood: (subject, good) => setFlag(subject, (manifest) => setModelsFlag(manifest, good)),
    mergeManifest: (subject, source) =>
      update(subject, (manifest) => mergeManifest(manifest, source), subject.id),
    upsertVersion: (subject, entry, nowIso) =>
      write(subject, (manifest) => upsertEntry(manifest, entry, nowIso)),
  };
}

function judgeVersions(before: Manifest, verdicts: Parameters<typeof applyVerdicts>[1]) {
  const { manifest, entries } = applyVerdicts(before, verdicts);
  const result = entries.map((entry) => parseWrittenVersion(manifest, entry));
  return { result, document: toDocument(manifest) };
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
