import { isHiddenName } from '@trainyard/domain';
import type { Deps } from '../../deps.ts';
import {
  type ImportResult,
  type ImportSource,
  type SourceEntry,
  SourceFileError,
} from '../../ports/storage/import.ts';
import { type DocumentImport, importDocument, mergeManifest } from './documents.ts';
import { copyFiles, toCopyResult } from './files/copy-files.ts';
import { type LeftFile, toFileResults } from './files/left-files.ts';
import { type FileCopy, listLocalFiles } from './files/local-files.ts';

/** Folder in which the legacy tools keep a folder per style. */
const STYLE_FOLDERS = 'resources/style_images';
const DOCUMENTS = ['selection_sets.json', 'training_versions.json'] as const;

/** A folder of a style; `styleId` is undefined for a style that the catalogue does not have. */
export interface StyleFolder {
  readonly path: string;
  readonly name: string;
  readonly styleId: string | undefined;
}

/** Lists the folders of styles by name, and reports the files among them. Throws SourceFileError. */
export async function listStyleFolders(
  source: ImportSource,
  styleIds: readonly string[],
): Promise<{
  readonly folders: readonly StyleFolder[];
  readonly results: readonly ImportResult[];
  readonly hidden: number;
}> {
  const entries = (await source.listFolder(STYLE_FOLDERS)) ?? [];
  const visible = entries.filter(({ name }) => !isHiddenName(name));
  const folders = visible.filter(isReadableFolder);
  const left = visible
    .filter((entry) => !isReadableFolder(entry))
    .map(
      ({ name, fault = 'is not a folder of a style' }): LeftFile => ({
        name,
        reason: fault,
        outcome: 'refused',
      }),
    );
  return {
    folders: folders.map(({ name, path }) => ({ name, path, styleId: findStyleByFolder(name, styleIds) })),
    results: toFileResults(left, { item: 'folders of styles', source: STYLE_FOLDERS }),
    hidden: entries.length - visible.length,
  };
}

function isReadableFolder({ kind, fault }: SourceEntry): boolean {
  return kind === 'folder' && fault === undefined;
}

/** Finds the style of a folder `{id}_{slug}`: the known id that is the longest prefix of its name. */
export function findStyleByFolder(folder: string, styleIds: readonly string[]): string | undefined {
  return styleIds
    .filter((id) => folder === id || folder.startsWith(`${id}_`))
    .sort((a, b) => b.length - a.length)[0];
}

/** Imports the selection sets and versions of a style. A folder of an unknown style is reported as refused. */
export async function importStyleDocuments(
  imports: DocumentImport,
  { path, name, styleId }: StyleFolder,
): Promise<readonly ImportResult[]> {
  if (styleId === undefined) {
    const detail = 'the catalogue has no style for this folder';
    return [{ outcome: 'refused', item: `folder ${name}`, source: path, detail }];
  }
  const { catalogue } = imports;
  const results: ImportResult[] = [];
  for (const file of DOCUMENTS)
    results.push(
      ...(await importDocument(
        imports,
        { path: `${path}/${file}`, item: `${file} of style ${styleId}` },
        (document) =>
          file === 'selection_sets.json'
            ? catalogue.mergeSelectionSets(styleId, document)
            : mergeManifest(imports, { kind: 'style', id: styleId }, document),
      )),
    );
  return results;
}

type ImageDeps = Pick<Deps, 'objects'> & { readonly source: ImportSource };

/**
 * Copies the images and captions of a style's folder and its subfolders to `styles/{id}/`. Existing objects are unchanged. Of
 * files with one name in several subfolders the first is copied, and the others are refused by name.
 */
export async function importStyleImages(
  deps: ImageDeps,
  { path, styleId }: StyleFolder,
): Promise<{ readonly results: readonly ImportResult[]; readonly hidden: number }> {
  if (styleId === undefined) return { results: [], hidden: 0 };
  const results: ImportResult[] = [];
  const taken = new Map<string, string>();
  let hidden = 0;
  for await (const folder of walkFolders(deps.source, path)) {
    const place = { item: `images of style ${styleId}`, source: folder };
    try {
      const files = await listLocalFiles(deps.source, folder, {
        prefix: `styles/${styleId}/`,
        documents: DOCUMENTS,
        withSubfolders: true,
      });
      if (!files) continue;
      hidden += files.hidden;
      const { copies, left } = selectUntaken(files.copies, taken);
      const copied = await copyFiles(deps, copies);
      results.push(
        ...toCopyResult(copied, place),
        ...toFileResults([...files.left, ...left, ...copied.left], place),
      );
    } catch (error) {
      if (!(error instanceof SourceFileError)) throw error;
      results.push({ outcome: 'refused', ...place, detail: error.message });
    }
  }
  return { results, hidden };
}

function selectUntaken(copies: readonly FileCopy[], taken: Map<string, string>) {
  const left: LeftFile[] = [];
  const untaken = copies.filter(({ name, path, key }) => {
    const other = taken.get(key);
    if (other === undefined) taken.set(key, path);
    else left.push({ name, reason: `has the name of ${other}`, outcome: 'refused' });
    return other === undefined;
  });
  return { copies: untaken, left };
}

/** The folder and its subfolders, without hidden ones and links. */
async function* walkFolders(source: ImportSource, folder: string): AsyncIterable<string> {
  yield folder;
  const entries = await source.listFolder(folder).catch((error: unknown) => {
    if (error instanceof SourceFileError) return undefined;
    throw error;
  });
  for (const entry of entries ?? [])
    if (isReadableFolder(entry) && !isHiddenName(entry.name)) yield* walkFolders(source, entry.path);
}
