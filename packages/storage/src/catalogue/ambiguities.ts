import type { EntryFault } from '@trainyard/application';
import { type SubjectKind, toSubjectId } from '@trainyard/domain';
import { getId, type JsonObject, toPart } from '../document.ts';

/** The faults of subjects with several entries, by subject id. */
export type Ambiguities = ReadonlyMap<string, EntryFault>;

/**
 * Finds the subjects with more than one entry: of actors, `19` and `0019` are entries of a single one. Unreadable entries
 * count too, since a correction makes them readable.
 */
export function findAmbiguities(
  { key, kind }: { readonly key: string; readonly kind: SubjectKind },
  entries: readonly JsonObject[],
): Ambiguities {
  const parts = new Map<string, string[]>();
  for (const [index, entry] of entries.entries()) {
    const id = findSubjectId(kind, entry);
    if (id !== undefined) parts.set(id, [...(parts.get(id) ?? []), toPart(kind, entry, index)]);
  }
  const ambiguous = [...parts].filter(([, each]) => each.length > 1);
  return new Map(
    ambiguous.map(([id, each]) => {
      const fault = `${key}: ${each.join(' and ')} are entries of one ${kind}, ${id}; merge them into one entry`;
      return [id, { key, id, fault }];
    }),
  );
}

/** Returns the subject of an entry; undefined for an entry without an id. */
export function findSubjectId(kind: SubjectKind, entry: JsonObject): string | undefined {
  const id = getId(entry);
  return id === undefined ? undefined : toSubjectId(kind, id);
}
