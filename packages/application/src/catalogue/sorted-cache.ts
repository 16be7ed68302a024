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
