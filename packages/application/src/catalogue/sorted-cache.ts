/** What every entry of a catalogue has. */
interface Entry {
  readonly id: string;
}

/** Entries in one order, some left out. */
export interface Row<T extends Entry> {
  readonly items: readonly T[];
  /** The place of an entry in this row; undefined when it is not in it. */
  placeOf(id: string): number | undefined;
}

/** How many rows are remembered of one list; searches come and go, the usual views stay. */
const REMEMBERED = 48;

const rows = new WeakMap<readonly Entry[], Map<string, Row<Entry>>>();

const rowOf = <T extends Entry>(items: readonly T[]): Row<T> => {
  let places: ReadonlyMap<string, number> | undefined;
  return {
    items,
    placeOf: (id) => {
      places ??= new Map(items.map((item, place) => [item.id, place]));
      return places.get(id);
    },
  };
};

/**
 * The row that `make` gives of this list, made once: a list that was read under one ETag is sorted and searched once
 * for each wish, however often it is asked for. `name` stands for all that `make` depends on besides the list.
 */
export const rowNamed = <T extends Entry>(
  list: readonly T[],
  name: string,
  make: () => readonly T[],
): Row<T> => {
  const known = rows.get(list) ?? new Map<string, Row<Entry>>();
  rows.set(list, known);
  const row = (known.get(name) as Row<T> | undefined) ?? rowOf(make());
  known.delete(name);
  known.set(name, row as Row<Entry>);
  const [oldest] = known.keys();
  if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
  return row;
};
