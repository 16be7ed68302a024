import { isDeepStrictEqual } from 'node:util';
import type { Catalogue, Manifests, ObjectStore, VersionEntry } from '@trainyard/application';
import type { Subject } from '@trainyard/domain';
import { assertId, createStyleFolders } from '../catalogue/style-folder.ts';
import { type JsonObject, readDocument, updateDocument } from '../documents/document.ts';
import { finalizeEntry, type ManifestChange, openEntry } from './entries.ts';
import { getGoodFlags, markVersionGood } from './good-flags.ts';
import { createHistories, toActorManifestKey } from './histories.ts';
import { mergeManifest, upsertEntry } from './legacy-entries.ts';
import { listTakenNames, type Manifest, parseManifest, parseVersion, toDocument } from './manifest.ts';

/**
 * Stores the manifest of each subject in an object store: an actor's in `data/actor_manifests/{id}_manifest.json`, a
 * style's in the `training_versions.json` of its folder (docs/compatibility.md). Every write is a compare-and-swap.
 * Throws CorruptDocumentError for a document that does not match its schema, and never overwrites it.
 */
export function createManifests(store: ObjectStore, catalogue: Pick<Catalogue, 'listStyles'>): Manifests {
  const { read, update } = createManifestDocuments(store, catalogue);
  const write = (subject: Subject, change: (manifest: Manifest) => ManifestChange): Promise<VersionEntry> =>
    update(subject, (before) => {
      const { manifest, entry } = change(before);
      return { result: parseVersion(manifest, entry), document: toDocument(manifest) };
    });
  return {
    listVersions: async (subject) => {
      const manifest = await read(subject);
      return manifest.versions.map((entry) => parseVersion(manifest, entry));
    },
    listTakenNames: async (subject) => listTakenNames(await read(subject)),
    listVersionsByActor: createHistories(store),
    openVersion: (subject, version) => write(subject, (manifest) => openEntry(manifest, version)),
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

/**
 * Result of a change to a manifest; without `document`, or with an equal document, the object is not written.
 */
interface DocumentChange<T> {
  readonly result: T;
  readonly document?: JsonObject;
}

interface ManifestDocuments {
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
