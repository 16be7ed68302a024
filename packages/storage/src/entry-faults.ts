import { CorruptDocumentError, type ImportResult } from '@trainyard/application';
import type { JsonObject } from './document.ts';

/** Faults of entries that cannot be read, which an import leaves alone. */
export type EntryFaults = ReadonlyMap<JsonObject, string>;

/** Checks each entry for itself; `check` throws {@link CorruptDocumentError} for an unreadable entry. */
export function findFaults(
  entries: readonly JsonObject[],
  check: (entry: JsonObject, index: number) => unknown,
): EntryFaults {
  const faults = new Map<JsonObject, string>();
  for (const [index, entry] of entries.entries()) {
    const fault = findFault(() => check(entry, index));
    if (fault !== undefined) faults.set(entry, fault);
  }
  return faults;
}

/** Names each unreadable entry of the object store as refused, unless the results of the source already name it. */
export function toFaultNotes(
  stored: { readonly key: string; readonly entries: readonly JsonObject[]; readonly faults: EntryFaults },
  toItem: (entry: JsonObject, index: number) => string,
  named: readonly ImportResult[],
): readonly ImportResult[] {
  const { key, entries, faults } = stored;
  return entries.flatMap((entry, index): readonly ImportResult[] => {
    const detail = faults.get(entry);
    const isNamed = named.some((note) => note.detail === detail);
    if (detail === undefined || isNamed) return [];
    return [{ outcome: 'refused', item: toItem(entry, index), source: key, detail }];
  });
}

/** Returns the message of the {@link CorruptDocumentError} that `check` throws; undefined without one. */
export function findFault(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof CorruptDocumentError) return error.message;
    throw error;
  }
}
