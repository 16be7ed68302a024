/** What every entry of a catalogue has. */
interface Entry {
  readonly id: string;
}

/** Entries in one order, some left out. */
export interface SortedList<T extends Entry> {
  readonly items: readonly T[];
  /** The place of an entry in this row; undefined when it is not in it. */
  indexOf(id: string): number | undefined;
}

/** How many rows are remembered of one list; searches come and go, the usual views stay. */
const MAX_CACHED_LISTS = 48;

const cache = new WeakMap<readonly Entry[], Map<string, SortedList<Entry>>>();

/**
 * The row that `make` gives of this list, made once: a list that was read under one ETag is sorted and searched once
 * for each wish, however often it is asked for. `name` stands for all that `make` depends on besides the list.
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

function createSortedList<T extends Entry>(items: readonly T[]): SortedList<T> {
  let indexById: ReadonlyMap<string, number> | undefined;
  return {
    items,
    indexOf: (id) => {
      indexById ??= new Map(items.map((item, index) => [item.id, index]));
      return indexById.get(id);
    },
  };
}

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
