/** Required fields of a catalogue entry. */
interface Entry {
  readonly id: string;
}

/** Entries of a catalogue, filtered and in a defined order. */
export interface SortedList<T extends Entry> {
  readonly items: readonly T[];
  /** Index of the entry with this id; undefined if the list does not contain it. */
  indexOf(id: string): number | undefined;
}

/** Cached results per list; the least recently used is evicted. */
const MAX_CACHED_LISTS = 48;

const cache = new WeakMap<readonly Entry[], Map<string, SortedList<Entry>>>();

/**
 * Returns the result of `build` for this list and name, from a cache if possible: a catalogue that was read
 * under an ETag is sorted and searched once per query. `name` identifies everything that `build` depends on
 * besides the list.
 */
export function getSortedList<T extends Entry>(
  list: readonly T[],
  name: string,
  build: () => readonly T[],
): SortedList<T> {
  const cached = cache.get(list) ?? new Map<string, SortedList<Entry>>();
  cache.set(list, cached);
  const sortedList = (cached.get(name) as SortedList<T> | undefined) ?? createSortedList(build());
  cached.delete(name);
  cached.set(name, sortedList as SortedList<Entry>);
  const [oldest] = cached.keys();
  if (cached.size > MAX_CACHED_LISTS && oldest !== undefined) cached.delete(oldest);
  return sortedList;
}

/** Creates a list in the given order, whose index is built at its first use. */
export function createSortedList<T extends Entry>(items: readonly T[]): SortedList<T> {
  let indexById: ReadonlyMap<string, number> | undefined;
  return {
    items,
    indexOf: (id) => {
      indexById ??= new Map(items.map((item, index) => [item.id, index]));
      return indexById.get(id);
    },
  };
}

/**
 * The value by which entries are sorted. Numbers inside texts are compared numerically: 2 sorts before 10.
 */
export type SortKey<T> = (entry: T) => string | number;

const { compare } = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Sorts entries by key, ties by id. Without a key the order of the list is kept. */
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
