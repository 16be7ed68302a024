import type { Subject } from '@trainyard/domain';
import type { Deps } from '../../deps.ts';
import { CorruptDocumentError } from '../../errors.ts';
import type { ImportResult, ImportSource, MergeOptions, SourceDocument } from '../../ports/storage/import.ts';

/** Ports that importing documents needs. */
export type DocumentDeps = Pick<Deps, 'catalogue' | 'manifests'>;

/** Paths of the documents of the legacy tools (docs/compatibility.md). */
const ACTOR_LISTS = ['data/actors.json', 'data/actorsData.json', 'actors.json', 'actorsData.json'];
const STYLE_LISTS = ['data/styles.json', 'styles.json'];
const MANIFEST_FOLDERS = ['data/actor_manifests/', 'actor_manifests/'];
/** Folder in which the legacy tools keep a folder per style. */
export const STYLE_FOLDERS = 'resources/style_images/';
const MANIFEST = /^(.+)_manifest\.json$/;

/**
 * Reads a document of the source; undefined if it does not exist. Throws CorruptDocumentError for invalid
 * JSON.
 */
async function readSourceDocument(source: ImportSource, name: string): Promise<SourceDocument | undefined> {
  const bytes = await source.read(name);
  if (!bytes) return undefined;
  try {
    return { name, json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch (error) {
    throw new CorruptDocumentError(name, `not JSON (${error instanceof Error ? error.message : error})`);
  }
}

type DocumentImporter = (document: SourceDocument) => Promise<readonly ImportResult[]>;

/**
 * Imports a document. A corrupt document, in the source or in the object store, is reported as refused, and
 * the import continues.
 */
async function importDocument(
  source: ImportSource,
  file: { readonly path: string; readonly of: string },
  importer: DocumentImporter,
): Promise<readonly ImportResult[]> {
  try {
    const document = await readSourceDocument(source, file.path);
    return document ? await importer(document) : [];
  } catch (error) {
    if (!(error instanceof CorruptDocumentError)) throw error;
    return [{ outcome: 'refused', item: file.of, source: file.path, detail: error.message }];
  }
}

/** Imports the lists of actors and styles. */
export async function importLists(
  { catalogue }: DocumentDeps,
  source: ImportSource,
  options: MergeOptions,
): Promise<readonly ImportResult[]> {
  const notes: ImportResult[] = [];
  for (const path of ACTOR_LISTS)
    notes.push(
      ...(await importDocument(source, { path, of: 'list of actors' }, (list) =>
        catalogue.mergeSubjects('actor', list, options),
      )),
    );
  for (const path of STYLE_LISTS)
    notes.push(
      ...(await importDocument(source, { path, of: 'list of styles' }, (list) =>
        catalogue.mergeSubjects('style', list, options),
      )),
    );
  return notes;
}

/** Imports the manifests of actors. */
export async function importManifests(
  { manifests }: DocumentDeps,
  source: ImportSource,
  options: MergeOptions,
): Promise<readonly ImportResult[]> {
  const notes: ImportResult[] = [];
  for (const folder of MANIFEST_FOLDERS)
    for await (const path of source.list(folder)) {
      const id = MANIFEST.exec(path.slice(folder.length))?.[1];
      if (id === undefined || id.includes('/')) continue;
      const subject: Subject = { kind: 'actor', id };
      const importer: DocumentImporter = (document) => manifests.mergeManifest(subject, document, options);
      notes.push(...(await importDocument(source, { path, of: `manifest of actor ${id}` }, importer)));
    }
  return notes;
}

/** Finds the style of a folder `{id}_{slug}`: the known id that is the longest prefix of its name. */
export function findStyleByFolder(folder: string, styleIds: readonly string[]): string | undefined {
  return styleIds
    .filter((id) => folder === id || folder.startsWith(`${id}_`))
    .sort((a, b) => b.length - a.length)[0];
}

/**
 * Imports the selection sets and versions of styles. A folder of an unknown style is reported as refused.
 */
export async function importStyleFolders(
  { catalogue, manifests }: DocumentDeps,
  source: ImportSource,
  options: MergeOptions & { readonly styleIds: readonly string[] },
): Promise<readonly ImportResult[]> {
  const notes: ImportResult[] = [];
  for await (const path of source.list(STYLE_FOLDERS)) {
    const [folder = '', name] = path.slice(STYLE_FOLDERS.length).split('/');
    if (name !== 'selection_sets.json' && name !== 'training_versions.json') continue;
    const id = findStyleByFolder(folder, options.styleIds);
    if (id === undefined) {
      notes.push({
        outcome: 'refused',
        item: `folder ${folder}`,
        source: path,
        detail: 'the catalogue has no style for this folder',
      });
      continue;
    }
    const importer: DocumentImporter = (document) =>
      name === 'selection_sets.json'
        ? catalogue.mergeSelectionSets(id, document, options)
        : manifests.mergeManifest({ kind: 'style', id }, document, options);
    notes.push(...(await importDocument(source, { path, of: `${name} of style ${id}` }, importer)));
  }
  return notes;
}
