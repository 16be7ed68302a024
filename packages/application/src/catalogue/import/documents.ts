import { isHiddenName, type Subject } from '@trainyard/domain';
import type { Deps } from '../../deps.ts';
import { CorruptDocumentError } from '../../errors.ts';
import { CatalogueEntryUnreadableError, SubjectAmbiguousError } from '../../ports/storage/entry-fault.ts';
import {
  type ImportResult,
  type ImportSource,
  type SourceDocument,
  type SourceEntry,
  SourceFileError,
} from '../../ports/storage/import.ts';
import type { LegacyDocuments } from '../../ports/storage/legacy-documents.ts';
import { type LeftFile, toFileResults } from './files/left-files.ts';
import type { SourceFlagCollector } from './source-flags.ts';

/** The documents of the store, the source, and the originals that an export returns. */
export type DocumentImport = Pick<Deps, 'catalogue' | 'manifests'> & {
  readonly source: ImportSource;
  readonly legacyDocuments: LegacyDocuments;
  /** Collects the flags of the imported documents. */
  readonly flags: SourceFlagCollector;
};

/** Paths of the documents of the legacy tools (docs/compatibility.md). */
const ACTOR_LISTS = ['data/actors.json', 'data/actorsData.json', 'actors.json', 'actorsData.json'];
const STYLE_LISTS = ['data/styles.json', 'styles.json'];
const MANIFEST_FOLDERS = ['data/actor_manifests', 'actor_manifests'];
const MANIFEST = /^(.+)_manifest\.json$/;

/** A document of the source, and its name in results. */
interface DocumentFile {
  readonly path: string;
  readonly item: string;
}

/**
 * Imports a document and keeps its bytes for exports. A document that is corrupt, in the source or in the object store, or
 * that cannot be read is reported as refused, and the import continues.
 */
export async function importDocument(
  { source, legacyDocuments }: DocumentImport,
  { path, item }: DocumentFile,
  merge: (document: SourceDocument) => Promise<readonly ImportResult[]>,
): Promise<readonly ImportResult[]> {
  try {
    const document = await source.readDocument(path);
    if (!document) return [];
    const results = await merge(document);
    await legacyDocuments.keepOriginal(path, document.bytes);
    return results;
  } catch (error) {
    if (!isDocumentFault(error)) throw error;
    return [{ outcome: 'refused', item, source: path, detail: error.message }];
  }
}

/** Whether an error concerns a single document or folder, so that the import of the others continues. */
export function isDocumentFault(error: unknown): error is Error {
  return (
    error instanceof CorruptDocumentError ||
    error instanceof SourceFileError ||
    error instanceof SubjectAmbiguousError ||
    error instanceof CatalogueEntryUnreadableError
  );
}

/** Merges a manifest and collects its flags. Throws CorruptDocumentError and SubjectAmbiguousError. */
export async function mergeManifest(
  { manifests, flags }: DocumentImport,
  subject: Subject,
  document: SourceDocument,
): Promise<readonly ImportResult[]> {
  const merged = await manifests.mergeManifest(subject, document);
  flags.addManifest(subject, document.json);
  return merged;
}

/** Imports the lists of actors and styles. */
export async function importLists(imports: DocumentImport): Promise<readonly ImportResult[]> {
  const results: ImportResult[] = [];
  for (const [kind, paths] of [
    ['actor', ACTOR_LISTS],
    ['style', STYLE_LISTS],
  ] as const)
    for (const path of paths)
      results.push(
        ...(await importDocument(imports, { path, item: `list of ${kind}s` }, async (list) => {
          const merged = await imports.catalogue.mergeSubjects(kind, list);
          imports.flags.addList(kind, list.json);
          return merged;
        })),
      );
  return results;
}

/** Names the documents of which a folder must have one to be imported. */
export const LIST_PATHS: readonly string[] = [...ACTOR_LISTS, ...STYLE_LISTS];

/** A manifest of the source, with the id in its file name. */
export interface ManifestSource {
  readonly path: string;
  readonly id: string;
}

/** Lists the manifests of actors, and reports every other file of their folders. */
export async function listManifests(source: ImportSource): Promise<{
  readonly manifests: readonly ManifestSource[];
  readonly results: readonly ImportResult[];
  readonly hidden: number;
}> {
  const manifests: ManifestSource[] = [];
  const results: ImportResult[] = [];
  let hidden = 0;
  for (const folder of MANIFEST_FOLDERS) {
    const place = { item: 'manifests', source: folder };
    try {
      const entries = (await source.listFolder(folder)) ?? [];
      const visible = entries.filter(({ name }) => !isHiddenName(name));
      hidden += entries.length - visible.length;
      const left = visible.flatMap((entry): readonly LeftFile[] => {
        const fault = findManifestFault(entry);
        if (fault) return [{ name: entry.name, ...fault }];
        manifests.push({ path: entry.path, id: MANIFEST.exec(entry.name)?.[1] ?? '' });
        return [];
      });
      results.push(...toFileResults(left, place));
    } catch (error) {
      if (!(error instanceof SourceFileError)) throw error;
      results.push({ outcome: 'refused', ...place, detail: error.message });
    }
  }
  return { manifests, results, hidden };
}

function findManifestFault({ name, kind, fault }: SourceEntry): Omit<LeftFile, 'name'> | undefined {
  if (fault !== undefined) return { reason: fault, outcome: 'refused' };
  if (!MANIFEST.test(name)) return { reason: 'is not named {id}_manifest.json', outcome: 'skipped' };
  return kind === 'folder' ? { reason: 'is a folder, not a file', outcome: 'refused' } : undefined;
}

/** Imports the manifest of an actor. */
export function importManifest(
  imports: DocumentImport,
  { path, id }: ManifestSource,
): Promise<readonly ImportResult[]> {
  const subject: Subject = { kind: 'actor', id };
  return importDocument(imports, { path, item: `manifest of actor ${id}` }, (document) =>
    mergeManifest(imports, subject, document),
  );
}
