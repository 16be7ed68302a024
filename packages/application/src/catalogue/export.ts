import type { ExportTarget } from '../ports/storage/export.ts';
import { ExportPathError } from '../ports/storage/export.ts';
import type { ExportedDocument, ExportFault, LegacyDocuments } from '../ports/storage/legacy-documents.ts';

/** A document of an export, and the reason where it was not written. */
export interface ExportedFile {
  readonly path: string;
  readonly outcome: ExportedDocument['outcome'] | 'refused';
  readonly detail?: string;
}

/**
 * Writes catalogue, manifests, selection sets and versions to a folder in the layout of the legacy tools. A document that
 * nothing changed since its import has the bytes of the import. A document that cannot be read or written is named, and the
 * others are written. Throws ObjectStoreError, and the error of the file system.
 */
export async function exportCatalogue(
  { legacyDocuments }: { readonly legacyDocuments: LegacyDocuments },
  target: ExportTarget,
): Promise<readonly ExportedFile[]> {
  const files: ExportedFile[] = [];
  for await (const document of legacyDocuments.listDocuments())
    files.push(await exportDocument(document, target));
  return files;
}

async function exportDocument(
  document: ExportedDocument | ExportFault,
  target: ExportTarget,
): Promise<ExportedFile> {
  const { path } = document;
  if ('fault' in document) return { path, outcome: 'refused', detail: document.fault };
  try {
    await target.write(path, document.bytes);
    return { path, outcome: document.outcome };
  } catch (error) {
    if (!(error instanceof ExportPathError)) throw error;
    return { path, outcome: 'refused', detail: error.message };
  }
}
