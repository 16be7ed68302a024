import { CorruptDocumentError, ObjectStoreError, UnreadableTrainingError } from '../../errors.ts';

/** What recovery could not read, and so neither put back nor wrote over. */
export interface UnreadableDocument {
  /** The document's key in the store; `training ID` for a record that this process does not understand. */
  readonly key: string;
  readonly fault: string;
}

export function createUnreadableDocuments(): UnreadableDocuments {
  const documents: UnreadableDocument[] = [];
  return {
    documents,
    skipUnreadable: async (read) => {
      try {
        return await read();
      } catch (error) {
        const unreadable = toUnreadableDocument(error);
        if (!unreadable) throw error;
        if (!documents.some(({ key }) => key === unreadable.key)) documents.push(unreadable);
        return undefined;
      }
    },
  };
}

/** What one document alone has wrong; undefined for a fault that meets all of them. */
function toUnreadableDocument(error: unknown): UnreadableDocument | undefined {
  if (error instanceof UnreadableTrainingError)
    return { key: `training ${error.trainingId}`, fault: error.message };
  const isOne =
    error instanceof CorruptDocumentError || (error instanceof ObjectStoreError && !error.retryable);
  return isOne ? { key: error.key, fault: error.message } : undefined;
}

/** The list of what could not be read. */
export interface UnreadableDocuments {
  readonly documents: readonly UnreadableDocument[];
  /** Reads one thing; one that cannot be read is noted, each key once, and keeps no other from being read. */
  skipUnreadable<T>(read: () => T | Promise<T>): Promise<T | undefined>;
}
