/** What entries are ordered by. Texts by the numbers in them, too: 2 comes before 10. */
export type SortKey<T> = (entry: T) => string | number;

const { compare } = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Sorted by what the ordering gives, equals by id; in the order of the list without one. */
export function sortEntries<T extends { readonly id: string }>(
  list: readonly T[],
  sortKey: SortKey<T> | undefined,
  descending: boolean,
): readonly T[] {
  if (!sortKey) return descending ? list.toReversed() : list;
  const sign = descending ? -1 : 1;
  const keyed = list.map((entry) => ({ entry, key: sortKey(entry) }));
  keyed.sort((a, b) => sign * (compareKeys(a.key, b.key) || compare(a.entry.id, b.entry.id)));
  return keyed.map(({ entry }) => entry);
}

function compareKeys(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number'
    ? Math.sign(a - b) || 0
    : compare(String(a), String(b));
}
