import { defineError } from '../../define-error.ts';
import { CorruptDocumentError } from '../../errors.ts';

/** A fault of an entry in a stored document. The entry is left alone, and every other entry stays usable. */
export interface EntryFault {
  /** Key of the document. */
  readonly key: string;
  /** Id of the entry, if it has one. */
  readonly id?: string;
  /** Key, position and field at fault, for readers. */
  readonly fault: string;
}

/**
 * Thrown when several entries of the catalogue, or several manifests that differ, belong to the requested subject. Every
 * other subject stays usable.
 */
export class SubjectAmbiguousError extends defineError(
  'subject_ambiguous',
  ({ key, fault }: Pick<EntryFault, 'key' | 'fault'>) => ({ message: fault, key }),
) {}

/** An error that concerns the documents of a single subject: every other subject stays usable. */
export type SubjectDocumentError = CorruptDocumentError | SubjectAmbiguousError;

/** Whether the documents of a subject are corrupt or contradict each other. */
export function isSubjectDocumentError(error: unknown): error is SubjectDocumentError {
  return error instanceof CorruptDocumentError || error instanceof SubjectAmbiguousError;
}

/** Thrown when the entry with the requested id is unreadable. Every other entry stays usable. */
export class CatalogueEntryUnreadableError extends defineError(
  'catalogue_entry_unreadable',
  ({ fault }: Pick<EntryFault, 'fault'>) => fault,
) {}
