import { isDeepStrictEqual } from 'node:util';
import type { Catalogue, Manifests, ObjectStore, VersionEntry } from '@trainyard/application';
import type { Subject } from '@trainyard/domain';
import { assertId, createStyleFolders } from '../catalogue/style-folder.ts';
import { readDocument, updateDocument } from '../documents/document.ts';
import { mergedManifest } from '../import/merge-manifest.ts';
import { type Changed, openEntry, settleEntry } from './entries.ts';
import { saveForeignEntry } from './foreign.ts';
import { actorManifestKey, createHistories } from './histories.ts';
import { judgementOf, judgeVersion } from './judgement.ts';
import { documentOf, type Manifest, manifestOf, versionOf } from './manifest.ts';
import { takenNames } from './names.ts';

/**
 * The history of every subject in an object store (SPEC §7, seeds 001 and 002): an actor's in
 * `data/actor_manifests/{id}_manifest.json`, a style's in the `training_versions.json` of its folder.
 */
export function createManifests(store: ObjectStore, catalogue: Pick<Catalogue, 'styles'>): Manifests {
  const folderOf = createStyleFolders(store, catalogue);
  const keyOf = async ({ kind, id }: Subject): Promise<string> => {
    assertId(id);
    return kind === 'actor' ? actorManifestKey(id) : `${await folderOf(id)}training_versions.json`;
  };
  const histories = createHistories(store);
  const read = async (subject: Subject): Promise<Manifest> => {
    const key = await keyOf(subject);
    return manifestOf(key, subject, (await readDocument(store, key))?.json);
  };
  const write = async (subject: Subject, change: (manifest: Manifest) => Changed): Promise<VersionEntry> => {
    const key = await keyOf(subject);
    return updateDocument(store, key, (json) => {
      const { manifest, entry } = change(manifestOf(key, subject, json));
      const result = versionOf(manifest, entry);
      const document = documentOf(manifest);
      return isDeepStrictEqual(document, json) ? { result } : { result, json: document };
    });
  };
  return {
    versions: async (subject) => {
      const manifest = await read(subject);
      return manifest.versions.map((entry) => versionOf(manifest, entry));
    },
    takenNames: async (subject) => takenNames(await read(subject)),
    histories,
    openVersion: (subject, version) => write(subject, (manifest) => openEntry(manifest, version)),
    settleVersion: (subject, version) => write(subject, (manifest) => settleEntry(manifest, version)),
    setGood: (subject, id, good) => write(subject, (manifest) => judgeVersion(manifest, id, good)),
    setTrainingDataGood: async (subject, good) => {
      const key = await keyOf(subject);
      await updateDocument(store, key, (json) => {
        const document = documentOf(manifestOf(key, subject, json));
        if (document['training_data_good'] === good) return { result: undefined };
        return { result: undefined, json: { ...document, training_data_good: good } };
      });
    },
    judgement: async (subject) => judgementOf(await read(subject)),
    mergeManifest: async (subject, document, { dryRun }) => {
      const key = await keyOf(subject);
      return updateDocument(store, key, (json) => {
        const merged = mergedManifest(manifestOf(key, subject, json), document);
        const isSame = dryRun || isDeepStrictEqual(merged.document, json);
        return { result: merged.notes, ...(!isSame && { json: merged.document }) };
      });
    },
    saveForeignVersion: (subject, entry, nowIso) =>
      write(subject, (manifest) => saveForeignEntry(manifest, entry, nowIso)),
  };
}
