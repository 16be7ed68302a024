import { CorruptDocumentError } from '../../ports/catalogue.ts';
import { ObjectStoreError } from '../../ports/object-store.ts';
import { UnreadableRecordError } from '../../ports/training-store.ts';

/** What recovery could not read, and so neither put back nor wrote over. */
export interface Refused {
  /** The document's key in the store; `training ID` for a record that this process does not understand. */
  readonly key: string;
  readonly fault: string;
}

/** What one document alone has wrong; undefined for a fault that meets all of them. */
const refusedBy = (error: unknown): Refused | undefined => {
  if (error instanceof UnreadableRecordError)
    return { key: `training ${error.trainingId}`, fault: error.message };
  const isOne =
    error instanceof CorruptDocumentError || (error instanceof ObjectStoreError && !error.retryable);
  return isOne ? { key: error.key, fault: error.message } : undefined;
};

/** The list of what could not be read. */
export interface Refusals {
  readonly refused: readonly Refused[];
  /** Reads one thing; one that cannot be read is noted, each key once, and keeps no other from being read. */
  unlessUnreadable<T>(read: () => T | Promise<T>): Promise<T | undefined>;
}

export const createRefusals = (): Refusals => {
  const refused: Refused[] = [];
  return {
    refused,
    unlessUnreadable: async (read) => {
      try {
        return await read();
      } catch (error) {
        const told = refusedBy(error);
        if (!told) throw error;
        if (!refused.some(({ key }) => key === told.key)) refused.push(told);
        return undefined;
      }
    },
  };
};
