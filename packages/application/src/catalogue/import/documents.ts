import type { Subject } from '@trainyard/domain';
import type { Deps } from '../../deps.ts';
import { CorruptDocumentError } from '../../errors.ts';
import type { ImportResult, ImportSource, MergeOptions, SourceDocument } from '../../ports/storage/import.ts';

export type DocumentDeps = Pick<Deps, 'catalogue' | 'manifests'>;

/** Where the tools of the seeds keep things (seeds 001 to 003). */
const ACTOR_LISTS = ['data/actors.json', 'data/actorsData.json', 'actors.json', 'actorsData.json'];
const STYLE_LISTS = ['data/styles.json', 'styles.json'];
const MANIFEST_FOLDERS = ['data/actor_manifests/', 'actor_manifests/'];
export const STYLE_FOLDERS = 'resources/style_images/';
const MANIFEST = /^(.+)_manifest\.json$/;

/** A document of the source; undefined when there is none. Throws CorruptDocumentError, naming it. */
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

/** What cannot be read, here or in the store, is named, and keeps nothing else from being taken. */
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

/** The lists of actors and styles. */
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

/** The histories of actors. */
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

/** The style that a folder `{id}_{words}` belongs to: the one with the longest such id. */
export function findStyleByFolder(folder: string, styleIds: readonly string[]): string | undefined {
  return styleIds
    .filter((id) => folder === id || folder.startsWith(`${id}_`))
    .sort((a, b) => b.length - a.length)[0];
}

/** Selection sets and histories of styles. A folder of no known style is named. */
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
        detail: 'it belongs to no known style',
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
