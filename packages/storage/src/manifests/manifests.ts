import { isDeepStrictEqual } from 'node:util';
import type { Catalogue, Manifests, ObjectStore, VersionEntry } from '@trainyard/application';
import type { Subject } from '@trainyard/domain';
import { assertId, createStyleFolders } from '../catalogue/style-folder.ts';
import { readDocument, updateDocument } from '../documents/document.ts';
import { mergeManifest } from '../import/merge-manifest.ts';
import { finalizeEntry, type ManifestChange, openEntry } from './entries.ts';
import { getGoodFlags, markVersionGood } from './good-flags.ts';
import { createHistories, toActorManifestKey } from './histories.ts';
import { type Manifest, parseManifest, parseVersion, toDocument } from './manifest.ts';
import { upsertEntry } from './upsert-entry.ts';
import { listTakenNames } from './version-names.ts';

/**
 * The history of every subject in an object store (SPEC §7, seeds 001 and 002): an actor's in
 * `data/actor_manifests/{id}_manifest.json`, a style's in the `training_versions.json` of its folder.
 */
export function createManifests(store: ObjectStore, catalogue: Pick<Catalogue, 'listStyles'>): Manifests {
  const getFolder = createStyleFolders(store, catalogue);
  const getKey = async ({ kind, id }: Subject): Promise<string> => {
    assertId(id);
    return kind === 'actor' ? toActorManifestKey(id) : `${await getFolder(id)}training_versions.json`;
  };
  const listVersionsByActor = createHistories(store);
  const read = async (subject: Subject): Promise<Manifest> => {
    const key = await getKey(subject);
    return parseManifest(key, subject, (await readDocument(store, key))?.json);
  };
  const write = async (
    subject: Subject,
    change: (manifest: Manifest) => ManifestChange,
  ): Promise<VersionEntry> => {
    const key = await getKey(subject);
    return updateDocument(store, key, (json) => {
      const { manifest, entry } = change(parseManifest(key, subject, json));
      const result = parseVersion(manifest, entry);
      const document = toDocument(manifest);
      return isDeepStrictEqual(document, json) ? { result } : { result, json: document };
    });
  };
  return {
    listVersions: async (subject) => {
      const manifest = await read(subject);
      return manifest.versions.map((entry) => parseVersion(manifest, entry));
    },
    listTakenNames: async (subject) => listTakenNames(await read(subject)),
    listVersionsByActor,
    openVersion: (subject, version) => write(subject, (manifest) => openEntry(manifest, version)),
    finalizeVersion: (subject, version) => write(subject, (manifest) => finalizeEntry(manifest, version)),
    setGood: (subject, id, good) => write(subject, (manifest) => markVersionGood(manifest, id, good)),
    setTrainingDataGood: async (subject, good) => {
      const key = await getKey(subject);
      await updateDocument(store, key, (json) => {
        const document = toDocument(parseManifest(key, subject, json));
        if (document['training_data_good'] === good) return { result: undefined };
        return { result: undefined, json: { ...document, training_data_good: good } };
      });
    },
    getGoodFlags: async (subject) => getGoodFlags(await read(subject)),
    mergeManifest: async (subject, document, { dryRun }) => {
      const key = await getKey(subject);
      return updateDocument(store, key, (json) => {
        const merged = mergeManifest(parseManifest(key, subject, json), document);
        const isSame = dryRun || isDeepStrictEqual(merged.document, json);
        return { result: merged.notes, ...(!isSame && { json: merged.document }) };
      });
    },
    upsertVersion: (subject, entry, nowIso) =>
      write(subject, (manifest) => upsertEntry(manifest, entry, nowIso)),
  };
}
